using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>The limits of all endpoints. An endpoint has one count, whatever path or route leads to it. Thread-safe.</summary>
/// <remarks>The limit is part of what is counted under: with another limit an endpoint begins another count, with the same one it keeps its count.</remarks>
internal interface IRateLimiter : IAsyncDisposable
{
    /// <summary>Counts one request, if it may go on.</summary>
    ValueTask<RateLimitDecision> AdmitAsync(string endpoint, LimitConfig limit);
}
