using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments;

/// <summary>Says how many tokens a call used. A figure that the server does not know is null.</summary>
public sealed record TokenUsage
{
    /// <summary>Gets the number of tokens read: the messages, the prompt or the texts.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>Gets the number of tokens written by the model; null for embeddings.</summary>
    public int? CompletionTokens { get; init; }

    /// <summary>Gets the sum that the server bills.</summary>
    public int? TotalTokens { get; init; }

    /// <summary>Gets what is known about the tokens read; null when the server does not say.</summary>
    public PromptTokensDetails? PromptTokensDetails { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
