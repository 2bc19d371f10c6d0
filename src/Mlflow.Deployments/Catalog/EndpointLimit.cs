using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments;

/// <summary>How often an endpoint may be asked.</summary>
public sealed record EndpointLimit
{
    /// <summary>Gets the number of calls allowed in one period.</summary>
    public int? Calls { get; init; }

    /// <summary>Gets what the calls are counted by; null when they are counted together.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the period, in the server's words: <c>minute</c>, <c>5 minutes</c>, <c>day</c>.</summary>
    public string? RenewalPeriod { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
