using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>One choice of an answer.</summary>
internal sealed record DevChoice
{
    /// <summary>Gets the tokens of the text, or of the arguments when a tool is called.</summary>
    public required IReadOnlyList<string> Pieces { get; init; }

    /// <summary>Gets the tool that is called, or null for an answer in words.</summary>
    public string? ToolName { get; init; }

    /// <summary>Gets why the answer ends.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>Gets the text, or the arguments: exactly what the pieces make up.</summary>
    public string Text => string.Concat(Pieces);
}
