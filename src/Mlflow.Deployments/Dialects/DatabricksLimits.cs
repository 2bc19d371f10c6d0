using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Dialects;

/// <summary>How often an endpoint of Databricks may be asked: one limit for each thing that calls are counted by.</summary>
internal sealed record DatabricksLimits
{
    public IReadOnlyList<RateLimit>? RateLimits { get; init; }

    /// <summary>Returns the first limit; null when there is none. All of them stay in the endpoint's extra fields.</summary>
    public EndpointLimit? First() => WireList.Of(RateLimits) is [var limit, ..] ? limit.ToLimit() : null;

    /// <summary>One limit.</summary>
    internal sealed record RateLimit
    {
        public long? Calls { get; init; }

        public string? Key { get; init; }

        public string? RenewalPeriod { get; init; }

        [JsonExtensionData]
        public IDictionary<string, JsonElement>? Extra { get; set; }

        public EndpointLimit ToLimit() => new()
        {
            Calls = Calls is { } calls ? (int)Math.Clamp(calls, int.MinValue, int.MaxValue) : null,
            Key = Key,
            RenewalPeriod = RenewalPeriod,
            Extra = Extra,
        };
    }
}
