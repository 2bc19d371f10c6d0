using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.IntegrationTests.Transcripts;

/// <summary>
/// The call that a recording corresponds to. Typed where the types can say exactly what was asked; untyped for what only a mistaken caller
/// sends (a temperature that is a word); and for bodies that are no JSON object, which no overload can send, an empty object: the
/// recorded answer is what the client has to understand.
/// </summary>
internal static class RecordedCall
{
    /// <summary>Makes the call and returns the answer as JSON, as the result's own fields tell it.</summary>
    public static async Task<JsonNode> PredictAsync(DeployClient client, Transcript transcript, CancellationToken token)
    {
        var (endpoint, body) = (EndpointOf(transcript), BodyOf(transcript));
        return TryRead(body, "messages", DeployJson.Default.ChatRequest) is { Messages.Count: > 0 } chat ? ToJson(await client.PredictAsync(endpoint, chat, token), DeployJson.Default.ChatResponse)
            : TryRead(body, "prompt", DeployJson.Default.CompletionRequest) is { } completion ? ToJson(await client.PredictAsync(endpoint, completion, token), DeployJson.Default.CompletionResponse)
            : TryRead(body, "input", DeployJson.Default.EmbeddingRequest) is { } embedding ? ToJson(await client.PredictAsync(endpoint, embedding, token), DeployJson.Default.EmbeddingResponse)
            : await client.PredictAsync(endpoint, body, token);
    }

    /// <summary>Makes the call and returns each chunk as JSON, as its own fields tell it.</summary>
    public static IAsyncEnumerable<JsonNode> StreamAsync(DeployClient client, Transcript transcript, CancellationToken token)
    {
        var (endpoint, body) = (EndpointOf(transcript), BodyOf(transcript));
        return TryRead(body, "messages", DeployJson.Default.ChatRequest) is { Messages.Count: > 0 } chat
                ? client.PredictStreamAsync(endpoint, chat, token).Select(chunk => ToJson(chunk, DeployJson.Default.ChatChunk))
            : TryRead(body, "prompt", DeployJson.Default.CompletionRequest) is { } completion
                ? client.PredictStreamAsync(endpoint, completion, token).Select(chunk => ToJson(chunk, DeployJson.Default.CompletionChunk))
            : client.PredictStreamAsync(endpoint, body, token);
    }

    /// <summary>Tells whether the recording asked for a stream.</summary>
    public static bool AsksForStream(Transcript transcript) => transcript.RequestBody is JsonObject body && body["stream"]?.GetValueKind() == JsonValueKind.True;

    private static string EndpointOf(Transcript transcript) => Uri.UnescapeDataString(transcript.Path.Split('/')[2]);

    private static JsonObject BodyOf(Transcript transcript) => transcript.RequestBody?.DeepClone() as JsonObject ?? [];

    private static TRequest? TryRead<TRequest>(JsonObject body, string field, JsonTypeInfo<TRequest> type)
        where TRequest : class
    {
        if (!body.ContainsKey(field))
        {
            return null;
        }

        var asked = (JsonObject)body.DeepClone();
        asked.Remove("stream"); // the method says it
        try
        {
            var request = asked.Deserialize(type)!;
            return JsonNode.DeepEquals(WithoutNulls(ToJson(request, type)), WithoutNulls(asked)) ? request : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonNode ToJson<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!;

    /// <summary>Leaves fields out that are null: for a reader they are the same as missing ones.</summary>
    public static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Key, WithoutNulls(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };
}
