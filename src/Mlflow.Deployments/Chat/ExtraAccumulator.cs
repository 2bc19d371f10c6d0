using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>
/// Puts together the fields that the wire types do not know. Lists go on (log probabilities), objects are merged, texts that models write
/// piece by piece (reasoning) are joined, and of everything else the last value counts.
/// </summary>
internal sealed class ExtraAccumulator
{
    private static readonly string[] WrittenInPieces = ["reasoning", "thinking", "content", "text", "transcript"];

    // Stands for a text that is none: half of a surrogate pair, which servers send that cut an emoji. The answer is not lost for it.
    private const string Unreadable = "\uFFFD";

    private JsonObject? _fields;

    public void Add(IDictionary<string, JsonElement>? extra)
    {
        if (extra is null or { Count: 0 })
        {
            return;
        }

        _fields ??= [];
        foreach (var (name, value) in extra)
        {
            Merge(_fields, name, ToNode(value));
        }
    }

    public IDictionary<string, JsonElement>? ToDictionary() =>
        _fields?.ToDictionary(field => field.Key, field => Snapshot(field.Value), StringComparer.Ordinal);

    private static JsonElement Snapshot(JsonNode? node)
    {
        try
        {
            return JsonSnapshot.Of(node) ?? Null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return JsonSnapshot.Of(JsonValue.Create(Unreadable))!.Value;
        }
    }

    private static JsonElement Null => JsonSerializer.SerializeToElement(null, DeployJson.Default.JsonNode);

    private static void Merge(JsonObject fields, string name, JsonNode? value)
    {
        switch (fields[name], value)
        {
            case (JsonObject known, JsonObject more):
                foreach (var (innerName, innerValue) in more.ToArray())
                {
                    more.Remove(innerName);
                    Merge(known, innerName, innerValue);
                }

                break;
            case (JsonArray known, JsonArray more):
                foreach (var item in more.ToArray())
                {
                    more.Remove(item);
                    known.Add(item);
                }

                break;
            case (JsonValue known, JsonValue more) when IsText(known) && IsText(more) && IsWrittenInPieces(name):
                fields[name] = JsonValue.Create(known.GetValue<string>() + more.GetValue<string>());
                break;
            case (not null, null):
                break; // a null says that nothing is new
            default:
                fields[name] = value;
                break;
        }
    }

    // "reasoning_content", but neither "content_type" nor "context".
    private static bool IsWrittenInPieces(string name) =>
        WrittenInPieces.Any(word => name.EndsWith(word, StringComparison.Ordinal) && (name.Length == word.Length || name[^(word.Length + 1)] == '_'));

    private static bool IsText(JsonValue value) => value.GetValueKind() == JsonValueKind.String;

    private static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => JsonValue.Create(TextOf(element)),
        _ => JsonValue.Create(element),
    };

    private static string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unreadable;
        }
    }
}
