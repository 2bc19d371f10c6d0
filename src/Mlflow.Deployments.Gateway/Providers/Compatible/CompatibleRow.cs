namespace Mlflow.Deployments.Gateway.Providers.Compatible;

/// <summary>One provider that speaks OpenAI's form as it is.</summary>
/// <param name="Name">The canonical name.</param>
/// <param name="DisplayName">The name in error texts.</param>
/// <param name="DefaultBase">Where it is when <c>api_base</c> does not say; empty: <c>api_base</c> has to.</param>
internal sealed record CompatibleRow(string Name, string DisplayName, string DefaultBase)
{
    /// <summary>The header that carries the bare key; null: <c>Authorization: Bearer</c>.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>The key that stands for none at all, which is then the default; null: a key is needed.</summary>
    public string? NoKey { get; init; }
}
