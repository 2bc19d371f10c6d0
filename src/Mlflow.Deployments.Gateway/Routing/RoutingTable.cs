using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;

namespace Mlflow.Deployments.Gateway.Routing;

/// <summary>Everything that one configuration serves. Immutable: a request keeps the table it started with.</summary>
internal sealed class RoutingTable
{
    private readonly FrozenDictionary<string, RouteTarget> _targets;
    private readonly FrozenDictionary<string, EndpointConfig> _endpoints;
    private readonly FrozenDictionary<string, RouteConfig> _routes;

    public RoutingTable(GatewayConfig config, ProviderServices services, Random random)
    {
        Config = config;
        _endpoints = config.Endpoints.ToFrozenDictionary(x => x.Name, StringComparer.Ordinal);
        _routes = config.Routes.ToFrozenDictionary(x => x.Name, StringComparer.Ordinal);
        Dictionary<string, EndpointRuntime> runtimes = config.Endpoints.ToDictionary(
            x => x.Name, x => new EndpointRuntime(x, x.Model.Settings.Build(x.Model.Provider, x.Model.Name, services)), StringComparer.Ordinal);
        Dictionary<string, RouteTarget> targets = runtimes.ToDictionary(x => x.Key, x => RouteTarget.ForEndpoint(x.Value, random), StringComparer.Ordinal);
        foreach (RouteConfig route in config.Routes)
        {
            targets.Add(route.Name, RouteTarget.ForRoute(route, name => runtimes[name], random));
        }

        _targets = targets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public GatewayConfig Config { get; }

    /// <summary>Finds what answers for the name of an endpoint or a traffic route.</summary>
    public bool TryGetTarget(string name, [NotNullWhen(true)] out RouteTarget? target) => _targets.TryGetValue(name, out target);

    public bool TryGetEndpoint(string name, [NotNullWhen(true)] out EndpointConfig? endpoint) => _endpoints.TryGetValue(name, out endpoint);

    public bool TryGetRoute(string name, [NotNullWhen(true)] out RouteConfig? route) => _routes.TryGetValue(name, out route);
}
