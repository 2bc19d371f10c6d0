namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>An answer before it is cut into tokens.</summary>
/// <param name="Rule">Which rule made it: one of <see cref="DevRules"/>.</param>
/// <param name="Text">The text, or the arguments of the tool call.</param>
internal sealed record DevDraft(string Rule, string Text)
{
    /// <summary>Gets the tool to be called, or null for an answer in words.</summary>
    public string? ToolName { get; init; }

    /// <summary>Gets the score of an extracted sentence.</summary>
    public double? Score { get; init; }
}
