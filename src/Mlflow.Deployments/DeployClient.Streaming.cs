using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Streaming;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

public sealed partial class DeployClient
{
    /// <inheritdoc />
    public IAsyncEnumerable<ChatChunk> PredictStreamAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        var streamed = Arguments.Checked(request) with { Stream = true, StreamOptions = WithUsage(request.StreamOptions) };
        var body = JsonBody.Of(streamed, DeployJson.Default.ChatRequest, nameof(request));
        return StreamAsync(endpoint, body, static () => new ChatStreamFormat(), cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<CompletionChunk> PredictStreamAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        var streamed = Arguments.Checked(request) with { Stream = true, StreamOptions = WithUsage(request.StreamOptions) };
        var body = JsonBody.Of(streamed, DeployJson.Default.CompletionRequest, nameof(request));
        return StreamAsync(endpoint, body, static () => new CompletionStreamFormat(), cancellationToken);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<JsonNode> PredictStreamAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        ArgumentNullException.ThrowIfNull(inputs);
        return StreamAsync(endpoint, JsonBody.Of(inputs, stream: true, nameof(inputs)), static () => new JsonStreamFormat(), cancellationToken);
    }

    private StreamOptions? WithUsage(StreamOptions? asked) =>
        asked is null && _options.IncludeStreamUsage ? new() { IncludeUsage = true } : asked;

    private async IAsyncEnumerable<TChunk> StreamAsync<TChunk>(
        string endpoint, JsonBody body, Func<IStreamFormat<TChunk>> format, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TChunk : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        var stream = new ChunkStream<TChunk>(format(), CallContext.ForEndpoint(endpoint, _target), _options, _logger, cancellationToken);
        await using (stream.ConfigureAwait(false))
        {
            await stream.OpenAsync(token => _caller.SendAsync(ct => _dialect.InvokeAsync(endpoint, body, ct), token)).ConfigureAwait(false);
            while (await stream.ReadAsync().ConfigureAwait(false) is { } chunk)
            {
                yield return chunk;
            }
        }
    }
}
