using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Cli.Output;

/// <summary>Finds what a person wants to read in an answer of any kind.</summary>
internal static class AnswerText
{
    /// <summary>Gets the text of an answer: of the first choice, else one vector a line, else the answer as JSON.</summary>
    public static string Of(JsonNode answer)
    {
        if (FirstChoice(answer) is { } choice)
        {
            var message = choice["message"];
            return Text(message?["content"]) is { Length: > 0 } content ? content
                : message?["tool_calls"] is { } calls ? JsonLine.Of(calls)
                : Text(message?["refusal"]) ?? Text(choice["text"]) ?? string.Empty;
        }

        return Vectors(answer) is { } vectors ? string.Join('\n', vectors.Select(JsonLine.Of)) : JsonLine.Of(answer);
    }

    /// <summary>Gets the new text of a chunk, empty when it has none; of a whole answer in place of chunks, its text.</summary>
    public static string OfChunk(JsonNode chunk) =>
        (chunk as JsonObject)?["choices"] is not JsonArray || FirstChoice(chunk)?["message"] is not null ? Of(chunk)
        : FirstChoice(chunk) is { } choice ? Text(choice["delta"]?["content"]) ?? Text(choice["text"]) ?? string.Empty
        : string.Empty;

    private static JsonObject? FirstChoice(JsonNode answer) =>
        answer is JsonObject fields && fields["choices"] is JsonArray { Count: > 0 } choices ? choices[0] as JsonObject : null;

    /// <summary>Gets the vectors of an answer, null when it is no answer about embeddings.</summary>
    public static List<JsonNode>? Vectors(JsonNode answer)
    {
        if (answer is not JsonObject fields || fields["data"] is not JsonArray { Count: > 0 } data)
        {
            return null;
        }

        var vectors = data.Select(item => (item as JsonObject)?["embedding"]).OfType<JsonNode>().ToList();
        return vectors.Count == data.Count ? vectors : null;
    }

    // A content is a text, or a list of parts of which those with a text count.
    private static string? Text(JsonNode? content) => content switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonArray parts => string.Concat(parts.Select(part => Text((part as JsonObject)?["text"]))),
        _ => null,
    };
}
