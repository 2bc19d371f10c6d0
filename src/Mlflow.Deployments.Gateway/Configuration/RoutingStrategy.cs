namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>How a traffic route picks its endpoint.</summary>
internal enum RoutingStrategy
{
    /// <summary>By chance, in the proportion of the percentages.</summary>
    TrafficSplit,

    /// <summary>The first one that answers, in the order of the file.</summary>
    Fallback,
}
