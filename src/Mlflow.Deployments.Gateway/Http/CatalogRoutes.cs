using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The routes that tell what is served.</summary>
internal static class CatalogRoutes
{
    private const string NotAvailable = "API is not available yet.";

    public static void Map(IEndpointRouteBuilder routes, GatewayState state)
    {
        routes.MapGet("/api/2.0/endpoints/", context => ListAsync(context, state, CatalogNames.Current));
        routes.MapGet("/api/2.0/endpoints/{name}", context => GetEndpointAsync(context, state, CatalogNames.Current));
        routes.MapGet("/api/2.0/gateway/routes/", context => ListAsync(context, state, CatalogNames.Legacy));
        routes.MapGet("/api/2.0/gateway/routes/{name}", context => GetEndpointAsync(context, state, CatalogNames.Legacy));
        routes.MapGet("/api/3.0/gateway/endpoint/{name}", context => GetEndpointAsync(context, state, CatalogNames.Current));
        routes.MapGet("/api/3.0/gateway/route/{name}", context => GetRouteAsync(context, state));

        // MLflow names these routes and answers them so.
        RequestDelegate getLimits = context => Responses.WriteDetailAsync(context, StatusCodes.Status501NotImplemented, $"The get_limits {NotAvailable}");
        RequestDelegate setLimits = context => Responses.WriteDetailAsync(context, StatusCodes.Status501NotImplemented, $"The set_limits {NotAvailable}");
        routes.MapGet("/api/2.0/endpoints/limits/{name}", getLimits);
        routes.MapGet("/api/2.0/gateway/limits/{name}", getLimits);
        routes.MapPost("/api/2.0/endpoints/limits/", setLimits);
        routes.MapPost("/api/2.0/gateway/limits/", setLimits);
    }

    private static Task ListAsync(HttpContext context, GatewayState state, CatalogNames names)
    {
        int start = 0;
        if (context.Request.Query.TryGetValue("page_token", out var token))
        {
            if (PageToken.Decode(token.ToString()) is not { } index)
            {
                return WriteBadTokenAsync(context);
            }

            start = index;
        }
        GatewayConfig config = state.Table.Config;
        return Responses.WriteJsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray(names.List);
            foreach (EndpointConfig endpoint in config.Endpoints.Skip(start).Take(state.ListPageSize))
            {
                WriteEndpoint(writer, endpoint, names);
            }

            writer.WriteEndArray();
            if (start < config.Endpoints.Length - state.ListPageSize)
            {
                writer.WriteString("next_page_token"u8, PageToken.Encode(start + state.ListPageSize));
            }
            else
            {
                writer.WriteNull("next_page_token"u8);
            }

            writer.WriteEndObject();
        });
    }

    private static Task GetEndpointAsync(HttpContext context, GatewayState state, CatalogNames names)
    {
        string name = context.RouteName();
        return state.Table.TryGetEndpoint(name, out EndpointConfig? endpoint)
            ? Responses.WriteJsonAsync(context, StatusCodes.Status200OK, writer => WriteEndpoint(writer, endpoint, names))
            : Responses.WriteDetailAsync(context, StatusCodes.Status404NotFound, names.NotFound(name));
    }

    private static Task GetRouteAsync(HttpContext context, GatewayState state)
    {
        string name = context.RouteName();
        return state.Table.TryGetRoute(name, out RouteConfig? route)
            ? Responses.WriteJsonAsync(context, StatusCodes.Status200OK, writer => WriteRoute(writer, route))
            : Responses.WriteDetailAsync(context, StatusCodes.Status404NotFound, CatalogTexts.NoRoute(name));
    }

    private static Task WriteBadTokenAsync(HttpContext context) =>
        Responses.WriteJsonAsync(context, StatusCodes.Status400BadRequest, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("error_code"u8, "INVALID_PARAMETER_VALUE"u8);
            writer.WriteString("message"u8, "The page_token is not one that this server gave; begin again without one."u8);
            writer.WriteEndObject();
        });

    private static void WriteEndpoint(Utf8JsonWriter writer, EndpointConfig endpoint, CatalogNames names)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, endpoint.Name);
        writer.WriteString(names.Type, endpoint.Operation.ToEndpointType());
        writer.WriteStartObject("model"u8);
        writer.WriteString("name"u8, endpoint.Model.Name);
        writer.WriteString("provider"u8, endpoint.Model.Provider);
        writer.WriteEndObject();
        writer.WriteString(names.Url, endpoint.Path);
        if (endpoint.Limit is { } limit)
        {
            writer.WriteStartObject("limit"u8);
            writer.WriteNumber("calls"u8, limit.Calls);
            writer.WriteString("key"u8, limit.Key);
            writer.WriteString("renewal_period"u8, limit.RenewalPeriod);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("limit"u8);
        }
        writer.WriteEndObject();
    }

    private static void WriteRoute(Utf8JsonWriter writer, RouteConfig route)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, route.Name);
        writer.WriteString("task_type"u8, route.Operation.ToEndpointType());
        writer.WriteStartArray("destinations"u8);
        foreach (DestinationConfig destination in route.Destinations)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, destination.Name);
            if (destination.TrafficPercentage is { } percentage)
            {
                writer.WriteNumber("traffic_percentage"u8, percentage);
            }

            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("routing_strategy"u8, route.Strategy == RoutingStrategy.Fallback ? "FALLBACK"u8 : "TRAFFIC_SPLIT"u8);
        writer.WriteEndObject();
    }
}
