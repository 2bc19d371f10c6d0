using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>What a provider gives back, already in MLflow's wire format: one JSON body, or a stream of event payloads.</summary>
internal sealed class ProviderAnswer : IDisposable
{
    public ProviderAnswer(PooledBuffer body) => Body = body;

    public ProviderAnswer(IAsyncEnumerable<ReadOnlyMemory<byte>> events) => Events = events;

    /// <summary>The whole answer; null for a stream.</summary>
    public PooledBuffer? Body { get; }

    /// <summary>The payloads of the events, each valid until the next is asked for; null for a whole answer.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>>? Events { get; }

    public void Dispose() => Body?.Dispose();
}
