namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>An endpoint of a traffic route.</summary>
/// <param name="Name">The endpoint.</param>
/// <param name="TrafficPercentage">Its share of the requests; null in a fallback route, where the order counts.</param>
internal sealed record DestinationConfig(string Name, int? TrafficPercentage);
