using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Tests.Support;

/// <summary>Embeds a text as its length, in an order of its own.</summary>
internal sealed class LengthEmbedder : IDeployClient
{
    public ConcurrentBag<int> BatchSizes { get; } = [];

    public async Task<EmbeddingResponse> PredictAsync(string endpoint, EmbeddingRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BatchSizes.Add(request.Input.Count);
        await Task.Yield();
        return new() { Data = [.. request.Input.Texts!.Select((text, i) => new Embedding { Index = i, Vector = new float[] { text.Length } }).Reverse()] };
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
