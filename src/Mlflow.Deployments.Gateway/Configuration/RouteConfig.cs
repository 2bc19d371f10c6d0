using System.Collections.Immutable;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>A traffic route: one name over several endpoints.</summary>
internal sealed record RouteConfig(string Name, Operation Operation, RoutingStrategy Strategy, ImmutableArray<DestinationConfig> Destinations)
{
    /// <summary>The most endpoints that a fallback route tries.</summary>
    public int MaxAttempts { get; init; } = int.MaxValue;
}
