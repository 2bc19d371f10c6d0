using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http.Validation;
using Mlflow.Deployments.Gateway.Routing;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The routes of OpenAI's API: <c>model</c> is the name of an endpoint or a traffic route.</summary>
internal static class OpenAIRoutes
{
    public static void Map(IEndpointRouteBuilder routes, GatewayState state)
    {
        routes.MapPost("/v1/chat/completions", context => InvokeAsync(context, state, Operation.Chat));
        routes.MapPost("/v1/completions", context => InvokeAsync(context, state, Operation.Completions));
        routes.MapPost("/v1/embeddings", context => InvokeAsync(context, state, Operation.Embeddings));
        routes.MapPost("/gateway/mlflow/v1/chat/completions", context => InvokeAsync(context, state, Operation.Chat));
        routes.MapGet("/v1/models", context => ListAsync(context, state));
        routes.MapGet("/v1/models/{name}", context => GetAsync(context, state));
    }

    private static async Task InvokeAsync(HttpContext context, GatewayState state, Operation operation)
    {
        using NormalizedRequest? request = await Invocation.ReadAsync(context, operation, needsModel: true);
        if (request is null)
        {
            return;
        }

        string name = request.Model!;
        if (!state.Table.TryGetTarget(name, out RouteTarget? target))
        {
            await Responses.WriteDetailAsync(context, StatusCodes.Status404NotFound, CatalogTexts.NoEndpoint(name));
        }
        else if (target.Operation != operation)
        {
            await Responses.WriteDetailAsync(context, StatusCodes.Status400BadRequest, $"Endpoint '{name}' is not {operation.ToPhrase()} endpoint.");
        }
        else
        {
            await Invocation.AnswerAsync(context, state, target, request);
        }
    }

    private static Task ListAsync(HttpContext context, GatewayState state)
    {
        RoutingTable table = state.Table;
        return Responses.WriteJsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (string name in table.Config.Endpoints.Select(x => x.Name).Concat(table.Config.Routes.Select(x => x.Name)))
            {
                WriteModel(writer, name, table, state.StartTime);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static Task GetAsync(HttpContext context, GatewayState state)
    {
        string name = context.RouteName();
        RoutingTable table = state.Table;
        return table.TryGetTarget(name, out _)
            ? Responses.WriteJsonAsync(context, StatusCodes.Status200OK, writer => WriteModel(writer, name, table, state.StartTime))
            : Responses.WriteDetailAsync(context, StatusCodes.Status404NotFound, CatalogTexts.NoEndpoint(name));
    }

    private static void WriteModel(Utf8JsonWriter writer, string name, RoutingTable table, DateTimeOffset created)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, name);
        writer.WriteString("object"u8, "model"u8);
        writer.WriteNumber("created"u8, created.ToUnixTimeSeconds());
        writer.WriteString("owned_by"u8, table.TryGetEndpoint(name, out EndpointConfig? endpoint) ? endpoint.Model.Provider : "gateway");
        writer.WriteEndObject();
    }
}
