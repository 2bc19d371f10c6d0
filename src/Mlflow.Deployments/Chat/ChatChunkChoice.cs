using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Chat;

/// <summary>What a chunk adds to one of the answers.</summary>
public sealed record ChatChunkChoice
{
    /// <summary>Gets the position among the answers, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Gets what is new.</summary>
    public ChatDelta Delta { get; init => field = value ?? new(); } = new();

    /// <summary>Gets why the model stopped; its value is null while the answer goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public FinishReason FinishReason { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
