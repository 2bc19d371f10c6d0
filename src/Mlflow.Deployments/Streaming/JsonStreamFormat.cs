using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Streaming;

/// <summary>Streams of any JSON. Those with <c>choices</c> are whole when each has its reason; of the others only the end of the body tells.</summary>
internal sealed class JsonStreamFormat : IStreamFormat<JsonNode>
{
    private readonly ChoiceTracker _choices = new();
    private bool _hasEvents;

    public bool IsComplete => _choices.HasBegun ? _choices.IsComplete : _hasEvents;

    public JsonNode? FromWholeAnswer(ReadOnlySpan<byte> body) => Parse(body);

    public JsonNode Parse(ReadOnlySpan<byte> data) => JsonNodeReader.Read(data) ?? throw new JsonException("The event is null.");

    public ServerError? ErrorIn(JsonNode chunk, bool isNamed) =>
        chunk is JsonObject fields && (Has(fields, "error") || Has(fields, "detail") || Has(fields, "error_code") || IsError(fields["object"]) || IsError(fields["type"]))
            ? ServerError.Parse(JsonSerializer.SerializeToUtf8Bytes(chunk, DeployJson.Default.JsonNode))
            : null;

    public bool HasContent(JsonNode chunk) => chunk is JsonObject { Count: > 0 } or JsonArray { Count: > 0 };

    public void Track(JsonNode chunk)
    {
        _hasEvents = true;
        foreach (var choice in ((chunk as JsonObject)?["choices"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var index = choice["index"] is JsonValue value && value.TryGetValue(out int number) ? number : 0;
            _choices.Track(index, choice["finish_reason"] is not null);
        }
    }

    private static bool Has(JsonObject fields, string name) => fields[name] is { } value && value.GetValueKind() != JsonValueKind.False;

    private static bool IsError(JsonNode? kind) => kind is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == "error";
}
