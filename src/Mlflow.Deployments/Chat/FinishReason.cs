using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>Says why the model stopped. Unknown values are kept as the server sent them.</summary>
/// <param name="Value">The text on the wire; null while a streamed choice goes on, or when the provider does not say.</param>
[JsonConverter(typeof(OpenStringConverter<FinishReason>))]
public readonly record struct FinishReason(string? Value) : IOpenString<FinishReason>
{
    private static readonly string[] Known = ["stop", "length", "tool_calls", "content_filter"];

    /// <summary>Gets the reason of a natural end or a stop sequence.</summary>
    public static FinishReason Stop { get; } = new("stop");

    /// <summary>Gets the reason of an answer that reached the limit of tokens.</summary>
    public static FinishReason Length { get; } = new("length");

    /// <summary>Gets the reason of an answer that asks for tool calls.</summary>
    public static FinishReason ToolCalls { get; } = new("tool_calls");

    /// <summary>Gets the reason of an answer that the provider held back.</summary>
    public static FinishReason ContentFilter { get; } = new("content_filter");

    static ReadOnlySpan<string> IOpenString<FinishReason>.WellKnown => Known;

    static FinishReason IOpenString<FinishReason>.From(string? value) => new(value);

    /// <summary>Returns the text as it stands on the wire; empty for null.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value ?? string.Empty;
}
