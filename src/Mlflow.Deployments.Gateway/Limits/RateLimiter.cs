using System.Collections.Concurrent;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>The limits of all endpoints, counted in this process. An endpoint has one count, whatever path or route leads to it. Thread-safe.</summary>
internal sealed class RateLimiter(TimeProvider timeProvider)
{
    // The limit is part of the key: with another limit an endpoint begins another count, with the same one it keeps its count.
    private readonly ConcurrentDictionary<(string Endpoint, int Calls, RenewalPeriod Period), FixedWindow> _windows = new();

    public RateLimitDecision Admit(EndpointConfig endpoint)
    {
        if (endpoint.Limit is not { } limit)
        {
            return new RateLimitDecision(IsAdmitted: true, TimeSpan.Zero);
        }

        FixedWindow window = _windows.GetOrAdd(
            (endpoint.Name, limit.Calls, limit.Period), static (key, time) => new FixedWindow(key.Calls, key.Period.Length, time), timeProvider);
        return window.Admit();
    }
}
