namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>An endpoint of a traffic route and its share of the requests in percent.</summary>
internal sealed record DestinationConfig(string Name, int TrafficPercentage);
