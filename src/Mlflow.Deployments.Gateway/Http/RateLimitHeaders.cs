using System.Globalization;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Limits;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Tells a client where it stands: <c>RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c> (seconds).</summary>
internal static class RateLimitHeaders
{
    private const string Limit = "RateLimit-Limit";
    private const string Remaining = "RateLimit-Remaining";
    private const string Reset = "RateLimit-Reset";

    public static void Set(IHeaderDictionary headers, LimitConfig limit, RateLimitDecision decision)
    {
        if (decision.Verdict is not (RateLimitVerdict.Admitted or RateLimitVerdict.Exceeded))
        {
            Clear(headers);
            return;
        }

        headers[Limit] = limit.Calls.ToString(CultureInfo.InvariantCulture);
        headers[Remaining] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[Reset] = Seconds(decision.Reset);
    }

    public static void Clear(IHeaderDictionary headers)
    {
        headers.Remove(Limit);
        headers.Remove(Remaining);
        headers.Remove(Reset);
    }

    /// <summary>Whole seconds, upwards, so that nobody comes too early.</summary>
    public static string Seconds(TimeSpan time) => Math.Ceiling(time.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture);
}
