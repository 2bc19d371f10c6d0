using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Chat;

/// <summary>A call that the model asks for; in the chunks of a stream a piece of one.</summary>
public sealed record ToolCall
{
    /// <summary>Gets, in chunks, which call of the answer this is a piece of; null elsewhere.</summary>
    public int? Index { get; init; }

    /// <summary>Gets the id to answer the call with; in chunks only on the first piece.</summary>
    public string? Id { get; init; }

    /// <summary>Gets the kind, <c>function</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Gets the function and its arguments.</summary>
    public FunctionCall? Function { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
