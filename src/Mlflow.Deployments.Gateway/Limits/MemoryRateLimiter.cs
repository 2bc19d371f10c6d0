using System.Collections.Concurrent;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>Counts in this process.</summary>
internal sealed class MemoryRateLimiter(TimeProvider timeProvider) : IRateLimiter
{
    private readonly ConcurrentDictionary<(string Endpoint, int Calls, RenewalPeriod Period), FixedWindow> _windows = new();

    public ValueTask<RateLimitDecision> AdmitAsync(string endpoint, LimitConfig limit)
    {
        FixedWindow window = _windows.GetOrAdd(
            (endpoint, limit.Calls, limit.Period), static (key, time) => new FixedWindow(key.Calls, key.Period.Length, time), timeProvider);
        return ValueTask.FromResult(window.Admit());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
