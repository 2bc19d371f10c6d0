namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>An answer of the development responder, the same for the same request.</summary>
internal sealed record DevAnswer
{
    /// <summary>Gets the hash of the request, the variable part of every id in the answer.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the rule that made the answer: one of <see cref="DevRules"/>.</summary>
    public required string Rule { get; init; }

    /// <summary>Gets the score of an extracted sentence, else null.</summary>
    public double? Score { get; init; }

    /// <summary>Gets the choices, as many as the request asked for; all are equal.</summary>
    public required IReadOnlyList<DevChoice> Choices { get; init; }

    /// <summary>Gets the tokens of the request and of all choices.</summary>
    public required TokenUsage Usage { get; init; }
}
