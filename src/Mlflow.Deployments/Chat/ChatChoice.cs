using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Chat;

/// <summary>One of the answers to a chat request.</summary>
public sealed record ChatChoice
{
    /// <summary>Gets the position among the answers, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Gets what the model said.</summary>
    public ChatMessage Message { get; init => field = value ?? new(); } = new();

    /// <summary>Gets why the model stopped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public FinishReason FinishReason { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
