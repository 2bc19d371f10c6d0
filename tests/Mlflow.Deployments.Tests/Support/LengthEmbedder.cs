using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Tests.Support;

/// <summary>Embeds a text as its length and its first character, and answers in the wrong order.</summary>
/// <param name="before">What happens before the answer: it may wait, or throw.</param>
internal sealed class LengthEmbedder(Func<IReadOnlyList<string>, CancellationToken, Task>? before = null) : IDeployClient
{
    private int _underWay;

    public ConcurrentQueue<IReadOnlyList<string>> Asked { get; } = [];

    public IEnumerable<int> BatchSizes => Asked.Select(texts => texts.Count);

    public ConcurrentQueue<EmbeddingRequest> Requests { get; } = [];

    /// <summary>Gets the number of requests that have no answer yet.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    public static float[] Vector(string text) => [text.Length, text.Length == 0 ? 0 : text[0], 1];

    public async Task<EmbeddingResponse> PredictAsync(string endpoint, EmbeddingRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _underWay);
        try
        {
            var texts = request.Input.Texts!;
            Asked.Enqueue(texts);
            Requests.Enqueue(request);
            await Task.Yield();
            await (before?.Invoke(texts, cancellationToken) ?? Task.CompletedTask);
            return new()
            {
                Data = [.. texts.Select((text, i) => new Embedding { Index = i, Vector = Vector(text) }).Reverse()],
                Usage = new() { TotalTokens = texts.Count },
            };
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    public Task<ChatResponse> PredictAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<CompletionResponse> PredictAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<JsonNode> PredictAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<ChatChunk> PredictStreamAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<CompletionChunk> PredictStreamAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<JsonNode> PredictStreamAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<GatewayHealth> GetHealthAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
