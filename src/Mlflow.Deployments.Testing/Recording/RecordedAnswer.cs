using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Scripts;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Recording;

/// <summary>An answer in a form that people can read: JSON as JSON, a stream as the list of its events.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers that matter to clients.</param>
/// <param name="Body">The body; null when it is a stream. Text that is no JSON is a string.</param>
/// <param name="Events">The events of a stream, else null.</param>
internal sealed record RecordedAnswer(int Status, IReadOnlyDictionary<string, string> Headers, JsonNode? Body, JsonArray? Events)
{
    private const string ContentType = "Content-Type";

    public static RecordedAnswer Of(int status, IReadOnlyDictionary<string, string> headers, byte[] body, SecretFilter secrets)
    {
        var isStream = headers.GetValueOrDefault(ContentType)?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
        var clean = headers.ToDictionary(header => header.Key, header => secrets.Clean(header.Value), StringComparer.OrdinalIgnoreCase);
        return isStream ? new(status, clean, null, ReadEvents(body, secrets)) : new(status, clean, secrets.Clean(JsonOrText(Encoding.UTF8.GetString(body))), null);
    }

    /// <exception cref="FormatException">The file is no recording.</exception>
    public static RecordedAnswer FromJson(JsonObject json)
    {
        if (json["status"] is not JsonValue number || !number.TryGetValue<int>(out var status))
        {
            throw new FormatException("its response has no number 'status'");
        }

        var headers = (json["headers"] as JsonObject ?? []).ToDictionary(header => header.Key, header => header.Value?.ToString() ?? string.Empty, StringComparer.OrdinalIgnoreCase);
        return new(status, headers, json["body"]?.DeepClone(), json["events"]?.DeepClone() as JsonArray);
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["status"] = Status,
            ["headers"] = new JsonObject(Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
        };
        json[Events is null ? "body" : "events"] = (Events ?? Body)?.DeepClone();
        return json;
    }

    public Script ToScript()
    {
        var headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase);
        headers.Remove(ContentType, out var contentType);
        var steps = Events is null ? [Step.Send(Encoding.UTF8.GetBytes(TextOf(Body)))] : Events.Select(item => Step.Send(Encoding.UTF8.GetBytes(EventText(item)), Part.Piece)).ToArray();
        return new() { Status = Status, ContentType = contentType, Headers = headers, Steps = steps };
    }

    /// <summary>Reads a body: JSON objects and lists as such, everything else as text.</summary>
    public static JsonNode? JsonOrText(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text) is JsonNode node and (JsonObject or JsonArray) ? node : text;
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
    }

    private static JsonArray ReadEvents(byte[] body, SecretFilter secrets)
    {
        var events = new JsonArray();
        foreach (var item in SseParser.Create(new MemoryStream(body)).Enumerate())
        {
            var json = new JsonObject { ["data"] = secrets.Clean(JsonOrText(item.Data)) };
            if (item.EventType != SseParser.EventTypeDefault)
            {
                json["event"] = item.EventType;
            }

            events.Add((JsonNode)json);
        }

        return events;
    }

    private static string EventText(JsonNode? item)
    {
        var data = TextOf(item?["data"]).ReplaceLineEndings("\ndata: ");
        return item?["event"] is { } kind ? $"event: {kind}\ndata: {data}\n\n" : $"data: {data}\n\n";
    }

    private static string TextOf(JsonNode? node) => node switch
    {
        null => string.Empty,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => Encoding.UTF8.GetString(JsonText.Write(node)),
    };
}
