using System.Collections.Immutable;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Routing;

/// <summary>What a name leads to: an endpoint, or by a traffic split to one of several.</summary>
internal sealed class RouteTarget
{
    private readonly ImmutableArray<(EndpointRuntime Endpoint, int UpTo)> _shares;
    private readonly Random _random;

    /// <summary>A name that leads to one endpoint.</summary>
    public RouteTarget(EndpointRuntime endpoint, Random random)
        : this(endpoint.Config.Operation, [(endpoint, 100)], random)
    {
    }

    private RouteTarget(Operation operation, ImmutableArray<(EndpointRuntime Endpoint, int UpTo)> shares, Random random)
    {
        Operation = operation;
        _shares = shares;
        _random = random;
    }

    public Operation Operation { get; }

    /// <summary>A name that leads to several endpoints by chance.</summary>
    public static RouteTarget Split(RouteConfig route, Func<string, EndpointRuntime> endpoint, Random random)
    {
        int sum = 0;
        var shares = route.Destinations
            .Where(destination => destination.TrafficPercentage > 0)
            .Select(destination => (endpoint(destination.Name), sum += destination.TrafficPercentage));
        return new RouteTarget(route.Operation, [.. shares], random);
    }

    /// <summary>The endpoint for one request.</summary>
    public EndpointRuntime Choose()
    {
        if (_shares.Length == 1)
        {
            return _shares[0].Endpoint;
        }

        int draw = _random.Next(100);
        foreach ((EndpointRuntime endpoint, int upTo) in _shares)
        {
            if (draw < upTo)
            {
                return endpoint;
            }
        }
        return _shares[^1].Endpoint;
    }
}
