using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Answers what is there to ask, in the words of each dialect.</summary>
internal static class CatalogueWire
{
    private const string NotHealthy = "The gateway is not healthy.";

    public static Script Answer(FakeRequest request, IReadOnlyList<FakeEndpoint> endpoints, DeployDialect dialect, bool isHealthy)
    {
        var route = request.Route;
        return route.Kind switch
        {
            RouteKind.Health when isHealthy => Script.OfJson(new JsonObject { ["status"] = "OK" }),
            RouteKind.Health => ErrorWire.Refusal(dialect, 503, NotHealthy),
            RouteKind.List when !isHealthy && route.Dialect == DeployDialect.OpenAI => ErrorWire.Refusal(dialect, 503, NotHealthy), // the list is what tells OpenAI's health
            // Only a tracking server has a version: that tells the two apart.
            RouteKind.Version when dialect == DeployDialect.MlflowServer => Script.OfText("3.11.2", contentType: "text/html; charset=utf-8"),
            RouteKind.List => Script.OfJson(List(endpoints, route.Dialect)),
            RouteKind.Get => Get(endpoints, route, dialect),
            RouteKind.Invocation when request.Endpoint is { } name => ErrorWire.NoEndpoint(dialect, name),
            _ => ErrorWire.NoRoute(dialect, request),
        };
    }

    private static JsonObject List(IReadOnlyList<FakeEndpoint> endpoints, DeployDialect dialect)
    {
        JsonArray items = [.. endpoints.Select(endpoint => (JsonNode)Describe(endpoint, dialect))];
        return dialect switch
        {
            DeployDialect.MlflowServer => new() { ["endpoints"] = items },
            DeployDialect.OpenAI => new() { ["object"] = "list", ["data"] = items },
            _ => new() { ["endpoints"] = items, ["next_page_token"] = null },
        };
    }

    private static Script Get(IReadOnlyList<FakeEndpoint> endpoints, Route route, DeployDialect dialect)
    {
        if (endpoints.FirstOrDefault(endpoint => endpoint.Name == route.Name) is { } endpoint)
        {
            var body = Describe(endpoint, route.Dialect);
            return Script.OfJson(route.Dialect == DeployDialect.MlflowServer ? new JsonObject { ["endpoint"] = body } : body);
        }

        var name = route.Name ?? string.Empty;
        return route.Dialect == DeployDialect.MlflowServer ? ErrorWire.NoResource(name) : ErrorWire.NoEndpoint(dialect, name);
    }

    private static JsonObject Describe(FakeEndpoint endpoint, DeployDialect dialect) => dialect switch
    {
        DeployDialect.MlflowServer => new()
        {
            ["endpoint_id"] = $"e-{endpoint.Name}",
            ["name"] = endpoint.Name,
            ["model_mappings"] = new JsonArray(new JsonObject
            {
                ["model_definition"] = new JsonObject { ["name"] = Defaults.Model, ["provider"] = Defaults.Provider, ["model_name"] = Defaults.Model },
                ["weight"] = 1,
                ["linkage_type"] = "PRIMARY",
            }),
        },
        DeployDialect.OpenAI => new() { ["id"] = endpoint.Name, ["object"] = "model", ["created"] = Defaults.Created, ["owned_by"] = Defaults.Provider },
        _ => new()
        {
            ["name"] = endpoint.Name,
            ["endpoint_type"] = endpoint.Type.Value,
            ["model"] = new JsonObject { ["name"] = Defaults.Model, ["provider"] = Defaults.Provider },
            ["endpoint_url"] = $"/gateway/{endpoint.Name}/invocations",
            ["limit"] = null,
        },
    };
}
