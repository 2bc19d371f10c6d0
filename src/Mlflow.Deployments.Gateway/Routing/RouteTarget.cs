using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Routing;

/// <summary>What a name leads to: an endpoint, one of several by chance, or several in turn.</summary>
internal sealed class RouteTarget
{
    private readonly ImmutableArray<(ImmutableArray<EndpointRuntime> Plan, int UpTo)> _shares;
    private readonly Random _random;

    private RouteTarget(string name, Operation operation, RoutingStrategy? strategy, ImmutableArray<(ImmutableArray<EndpointRuntime>, int)> shares, Random random)
    {
        Name = name;
        Operation = operation;
        Strategy = strategy;
        _shares = shares;
        _random = random;
    }

    public string Name { get; }

    public Operation Operation { get; }

    /// <summary>Null when the name is that of an endpoint itself.</summary>
    public RoutingStrategy? Strategy { get; }

    /// <summary>A name that leads to one endpoint.</summary>
    public static RouteTarget ForEndpoint(EndpointRuntime endpoint, Random random) =>
        new(endpoint.Config.Name, endpoint.Config.Operation, strategy: null, [([endpoint], 100)], random);

    /// <summary>A name that leads to several endpoints.</summary>
    public static RouteTarget ForRoute(RouteConfig route, Func<string, EndpointRuntime> endpoint, Random random)
    {
        if (route.Strategy == RoutingStrategy.Fallback)
        {
            ImmutableArray<EndpointRuntime> chain = [.. route.Destinations.Take(route.MaxAttempts).Select(x => endpoint(x.Name))];
            return new RouteTarget(route.Name, route.Operation, route.Strategy, [(chain, 100)], random);
        }

        int sum = 0;
        var shares = route.Destinations
            .Where(destination => destination.TrafficPercentage > 0)
            .Select(destination => (ImmutableArray.Create(endpoint(destination.Name)), sum += destination.TrafficPercentage ?? 0));
        return new RouteTarget(route.Name, route.Operation, route.Strategy, [.. shares], random);
    }

    /// <summary>The endpoints for one request, to be tried in this order.</summary>
    /// <param name="callerKey">Who asks: the same key leads to the same share for as long as the shares stay; null draws.</param>
    public ImmutableArray<EndpointRuntime> Plan(string? callerKey)
    {
        if (_shares.Length == 1)
        {
            return _shares[0].Plan;
        }

        int draw = callerKey is null ? _random.Next(100) : Place(callerKey);
        foreach ((ImmutableArray<EndpointRuntime> plan, int upTo) in _shares)
        {
            if (draw < upTo)
            {
                return plan;
            }
        }
        return _shares[^1].Plan;
    }

    /// <summary>A place from 0 to 99, the same in every process. With the route's name in it, one caller is not first in all routes.</summary>
    private int Place(string callerKey)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}\n{callerKey}"), hash);
        return (int)(BinaryPrimitives.ReadUInt64LittleEndian(hash) % 100);
    }
}
