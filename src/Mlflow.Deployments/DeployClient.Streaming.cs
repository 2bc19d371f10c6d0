using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Dialects;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Streaming;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

public sealed partial class DeployClient
{
    // Endpoints whose server does not know stream_options: asked once with it, and from then on without.
    private readonly ConcurrentDictionary<string, bool> _withoutStreamUsage = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public IAsyncEnumerable<ChatChunk> PredictStreamAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        var streamed = Arguments.Checked(request) with { Stream = true };
        var body = JsonBody.Of(streamed, DeployJson.Default.ChatRequest, nameof(request), request.Extra);
        return StreamAsync(endpoint, RequestKind.Chat, body, AsksForUsage(request.StreamOptions, request.Extra), static () => new ChatStreamFormat(), cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<CompletionChunk> PredictStreamAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        var streamed = Arguments.Checked(request) with { Stream = true };
        var body = JsonBody.Of(streamed, DeployJson.Default.CompletionRequest, nameof(request), request.Extra);
        return StreamAsync(endpoint, RequestKind.Completions, body, AsksForUsage(request.StreamOptions, request.Extra), static () => new CompletionStreamFormat(), cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<JsonNode> PredictStreamAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        ArgumentNullException.ThrowIfNull(inputs);
        var body = JsonBody.Of(inputs, stream: true, nameof(inputs));
        return StreamAsync(endpoint, KindOf(inputs), body, asksForUsage: false, static () => new JsonStreamFormat(), cancellationToken);
    }

    private bool AsksForUsage(StreamOptions? asked, IDictionary<string, JsonElement>? extra) =>
        asked is null && extra?.ContainsKey("stream_options") is not true && _options.IncludeStreamUsage;

    private IAsyncEnumerable<TChunk> StreamAsync<TChunk>(
        string endpoint, RequestKind kind, JsonBody body, bool asksForUsage, Func<IStreamFormat<TChunk>> format, CancellationToken cancellationToken)
        where TChunk : class => Telemetry.IsObserved
            ? ObserveAsync(endpoint, kind, body, ReadAsync(endpoint, kind, body, asksForUsage, format, CancellationToken.None), cancellationToken)
            : ReadAsync(endpoint, kind, body, asksForUsage, format, cancellationToken);

    private async IAsyncEnumerable<TChunk> ReadAsync<TChunk>(
        string endpoint,
        RequestKind kind,
        JsonBody body,
        bool asksForUsage,
        Func<IStreamFormat<TChunk>> format,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TChunk : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        var stream = new ChunkStream<TChunk>(format(), CallContext.ForEndpoint(endpoint, _target), _options, _caller, _logger, cancellationToken);
        await using (stream.ConfigureAwait(false))
        {
            var withUsage = body.WithStreamUsage();
            var isOpen = asksForUsage
                && !_withoutStreamUsage.ContainsKey(endpoint)
                && await stream.TryOpenAsync(token => InvokeAsync(endpoint, kind, withUsage, token)).ConfigureAwait(false);
            if (!isOpen)
            {
                await stream.OpenAsync(token => InvokeAsync(endpoint, kind, body, token)).ConfigureAwait(false);
                if (asksForUsage)
                {
                    _withoutStreamUsage[endpoint] = true; // only now: a refusal of something else may repeat the request
                }
            }

            while (await stream.ReadAsync().ConfigureAwait(false) is { } chunk)
            {
                yield return chunk;
            }
        }
    }
}
