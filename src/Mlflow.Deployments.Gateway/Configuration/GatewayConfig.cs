using System.Collections.Immutable;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>A whole configuration that was read and found good.</summary>
internal sealed record GatewayConfig(ImmutableArray<EndpointConfig> Endpoints, ImmutableArray<RouteConfig> Routes)
{
    /// <summary>What may be a slip, one line each.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];
}
