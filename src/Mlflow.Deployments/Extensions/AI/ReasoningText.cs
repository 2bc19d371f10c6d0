using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Json;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>
/// What a model thought. It comes as a field beside the content (<c>reasoning_content</c>, or <c>reasoning</c>), or as a part of it: <c>thinking</c>,
/// <c>redacted_thinking</c>, or Databricks' <c>reasoning</c> with a list of summaries. Parts may be signed, and go back with their signature.
/// </summary>
internal static class ReasoningText
{
    public const string Field = "reasoning_content";
    public const string ShortField = "reasoning";

    // Where the thought stood is kept with it, because pieces of a stream are joined and lose the part that they came from.
    private const string FieldKey = "field";
    private const string TypeKey = "type";
    private const string InListKey = "in_list";

    public static TextReasoningContent? FromFields(IDictionary<string, JsonElement>? fields, object raw) =>
        Text(fields, Field) is { } text ? new(text) { RawRepresentation = raw }
        : Text(fields, ShortField) is { } shortText ? new(shortText) { RawRepresentation = raw, AdditionalProperties = new() { [FieldKey] = ShortField } }
        : null;

    public static TextReasoningContent? FromPart(Wire.ContentPart part)
    {
        var (text, signature) = part.Type switch
        {
            "thinking" => (TextOf(part.Extra, "thinking"), Text(part.Extra, "signature")),
            "redacted_thinking" => (string.Empty, Text(part.Extra, "data")),
            "reasoning" => (TextOf(part.Extra, "summary"), SignatureIn(part.Extra, "summary")),
            _ => (null, null),
        };
        if (text is null)
        {
            return null;
        }

        var reasoning = new TextReasoningContent(text) { ProtectedData = signature, RawRepresentation = part, AdditionalProperties = new() { [TypeKey] = part.Type } };
        if (part.Type == "thinking" && part.Extra!["thinking"].ValueKind == JsonValueKind.Array)
        {
            reasoning.AdditionalProperties[InListKey] = true;
        }

        return reasoning;
    }

    /// <summary>Returns the part that a thought came in; null when it came as a field.</summary>
    public static Wire.ContentPart? ToPart(TextReasoningContent reasoning) => (reasoning.RawRepresentation, Property(reasoning, TypeKey)) switch
    {
        (Wire.ContentPart part, _) => part,
        (_, "thinking") => Part("thinking", new() { ["thinking"] = Thinking(reasoning), ["signature"] = reasoning.ProtectedData }),
        (_, "redacted_thinking") => Part("redacted_thinking", new() { ["data"] = reasoning.ProtectedData }),
        (_, "reasoning") => Part("reasoning", new() { ["summary"] = new JsonArray(Summary(reasoning)) }),
        _ => null,
    };

    public static void AddTo(Dictionary<string, JsonElement> extra, IReadOnlyList<TextReasoningContent> reasoning)
    {
        foreach (var field in reasoning.GroupBy(content => Property(content, FieldKey) ?? Field, StringComparer.Ordinal))
        {
            extra[field.Key] = AIJson.ToElement(string.Concat(field.Select(content => content.Text)), field.Key, "messages");
        }
    }

    // Anthropic's form is a text, Mistral's a list of texts.
    private static JsonNode Thinking(TextReasoningContent reasoning) =>
        Property(reasoning, InListKey) is null ? reasoning.Text : new JsonArray(new JsonObject { ["type"] = "text", ["text"] = reasoning.Text });

    private static JsonObject Summary(TextReasoningContent reasoning)
    {
        var summary = new JsonObject { ["type"] = "summary_text", ["text"] = reasoning.Text };
        if (reasoning.ProtectedData is { } signature)
        {
            summary["signature"] = signature;
        }

        return summary;
    }

    private static Wire.ContentPart Part(string type, JsonObject fields) => new()
    {
        Type = type,
        Extra = fields.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => JsonSnapshot.Of(field.Value)!.Value, StringComparer.Ordinal),
    };

    private static string? Property(AIContent content, string name) =>
        content.AdditionalProperties?.TryGetValue(name, out var value) is true ? value?.ToString() : null;

    private static string? Text(IDictionary<string, JsonElement>? fields, string name) =>
        fields is not null && fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    // A text, or a list of objects with texts; null for anything else, which is then a part that nobody here understands.
    private static string? TextOf(IDictionary<string, JsonElement>? fields, string name) =>
        fields is null || !fields.TryGetValue(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Array ? string.Concat(Items(value, "text"))
        : null;

    private static string? SignatureIn(IDictionary<string, JsonElement>? fields, string name) =>
        fields is not null && fields.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array ? Items(value, "signature").LastOrDefault() : null;

    private static IEnumerable<string> Items(JsonElement list, string name) => list.EnumerateArray()
        .Where(item => item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
        .Select(item => item.GetProperty(name).GetString()!);
}
