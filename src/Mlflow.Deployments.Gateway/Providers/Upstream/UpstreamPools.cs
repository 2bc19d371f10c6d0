using System.Collections.Concurrent;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>The connections to all providers: one pool, and another for each time limit for connecting that an endpoint has of its own. Thread-safe.</summary>
/// <param name="create">Makes the connections of one pool, by its time limit for connecting and whether compressed bodies stay as they are.</param>
internal sealed class UpstreamPools(Func<TimeSpan, bool, HttpMessageHandler> create) : IDisposable
{
    // A pool is made once for a key and used for as long as the gateway runs: a reload keeps connections.
    private readonly ConcurrentDictionary<(TimeSpan Connect, bool IsRaw), Lazy<HttpMessageInvoker>> _pools = new();

    public UpstreamPools()
        : this(UpstreamHandler.Create)
    {
    }

    /// <summary>A pool.</summary>
    /// <param name="connect">The time limit for connecting.</param>
    /// <param name="isRaw">Hands compressed bodies on as they are.</param>
    public HttpMessageInvoker For(TimeSpan connect, bool isRaw = false) =>
        _pools.GetOrAdd((connect, isRaw), key => new Lazy<HttpMessageInvoker>(() => new HttpMessageInvoker(create(key.Connect, key.IsRaw)))).Value;

    public void Dispose()
    {
        foreach (Lazy<HttpMessageInvoker> pool in _pools.Values)
        {
            pool.Value.Dispose();
        }
    }
}
