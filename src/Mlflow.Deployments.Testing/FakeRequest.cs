using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing;

/// <summary>One request that a fake received.</summary>
/// <remarks>Immutable to its readers, safe to use from many threads.</remarks>
public sealed class FakeRequest
{
    private readonly Route _route;
    private readonly Lazy<JsonNode?> _json;

    internal FakeRequest(long number, string method, string target, IEnumerable<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body)
    {
        Number = number;
        Method = method;
        var split = target.IndexOf('?', StringComparison.Ordinal);
        Path = split < 0 ? target : target[..split];
        Query = split < 0 ? string.Empty : target[(split + 1)..];
        Headers = HeaderMask.Apply(headers);
        Utf8Body = body;
        _json = new(Parse);
        _route = Route.Of(this);
        Type = TypeOf(_route, Json);
    }

    /// <summary>Gets the method, for example <c>POST</c>.</summary>
    public string Method { get; }

    /// <summary>Gets the path as it came, escapes included.</summary>
    public string Path { get; }

    /// <summary>Gets the query as it came, without the question mark; empty for none.</summary>
    public string Query { get; }

    /// <summary>Gets the headers; names ignore case. Of credentials only the scheme is kept: <c>Bearer ***</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Gets the name of the endpoint that was asked, or looked up; null when the request names none.</summary>
    public string? Endpoint => _route.EndpointOf(Json);

    /// <summary>Gets what was asked for: a chat, a completion, embeddings; null for a body of another form, and for requests that ask no model.</summary>
    public EndpointType? Type { get; }

    /// <summary>Gets whether the answer was to be streamed.</summary>
    public bool IsStreamed => (Json as JsonObject)?["stream"] is JsonValue value && value.TryGetValue<bool>(out var stream) && stream;

    /// <summary>Gets the body as text; empty for none.</summary>
    public string Body => System.Text.Encoding.UTF8.GetString(Utf8Body.Span);

    /// <summary>Gets the body as JSON, shared by all readers; null when it is none.</summary>
    public JsonNode? Json => _json.Value;

    /// <summary>Gets the body as chat request; null when it is none.</summary>
    public ChatRequest? Chat => Type == EndpointType.Chat ? Read<ChatRequest>() : null;

    /// <summary>Gets the body as completions request; null when it is none.</summary>
    public CompletionRequest? Completion => Type == EndpointType.Completions ? Read<CompletionRequest>() : null;

    /// <summary>Gets the body as embeddings request; null when it is none.</summary>
    public EmbeddingRequest? Embedding => Type == EndpointType.Embeddings ? Read<EmbeddingRequest>() : null;

    /// <summary>Gets whether the request asks a model, and not the catalogue or the health.</summary>
    public bool IsInvocation => _route.Kind == RouteKind.Invocation;

    /// <summary>Gets the place in the order of arrival.</summary>
    internal long Number { get; }

    internal ReadOnlyMemory<byte> Utf8Body { get; }

    internal Route Route => _route;

    /// <summary>Gets or sets what went wrong in a condition of a stub that the request was shown to; null for nothing.</summary>
    internal string? Trouble { get; set; }

    /// <summary>Gets or sets why nobody expected the request; null when it was answered as scripted.</summary>
    internal string? Surprise { get; set; }

    /// <summary>Describes the request: the route, what it asks for, and the beginning of its body. For the messages of failed tests.</summary>
    /// <returns>One line, without headers.</returns>
    public override string ToString()
    {
        const int longest = 120;
        var body = Body;
        var text = $"{Method} {Path}{(IsStreamed ? " (streamed)" : string.Empty)}";
        return body.Length == 0 ? text : $"{text} {(body.Length <= longest ? body : body[..longest] + "…")}";
    }

    private static EndpointType? TypeOf(Route route, JsonNode? json) => route.Kind != RouteKind.Invocation ? null : route.Type ?? (json as JsonObject) switch
    {
        null => null,
        var body when body.ContainsKey("messages") => EndpointType.Chat,
        var body when body.ContainsKey("prompt") => EndpointType.Completions,
        var body when body.ContainsKey("input") => EndpointType.Embeddings,
        _ => null,
    };

    private JsonNode? Parse()
    {
        try
        {
            return Utf8Body.IsEmpty ? null : JsonNode.Parse(Utf8Body.Span);
        }
        catch (JsonException)
        {
            return null; // a body that is no JSON is there as text
        }
    }

    private T? Read<T>()
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Utf8Body.Span, DeployJsonFormat.Options);
        }
        catch (JsonException)
        {
            return null; // has the field that names the kind, but not its form
        }
    }
}
