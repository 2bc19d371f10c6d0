using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http.Validation;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Routing;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The routes that ask an endpoint by its name in the path.</summary>
internal static class InvocationRoutes
{
    public static void Map(IEndpointRouteBuilder routes, GatewayState state)
    {
        RequestDelegate invoke = context => InvokeAsync(context, state);
        routes.MapPost("/gateway/{name}/invocations", invoke);
        // The path of older servers.
        routes.MapPost("/endpoints/{name}/invocations", invoke);
        // The path of tracking servers, whose endpoints have no type.
        routes.MapPost("/gateway/{name}/mlflow/invocations", context => InvokeUntypedAsync(context, state));
    }

    private static async Task InvokeAsync(HttpContext context, GatewayState state)
    {
        string name = context.RouteName();
        if (!state.Table.TryGetTarget(name, out RouteTarget? target))
        {
            await Responses.WriteDetailAsync(context, StatusCodes.Status404NotFound, CatalogTexts.NoEndpoint(name));
            return;
        }
        using NormalizedRequest? request = await Invocation.ReadAsync(context, target.Operation, needsModel: false);
        await AnswerAsync(context, state, target, request);
    }

    private static async Task InvokeUntypedAsync(HttpContext context, GatewayState state)
    {
        string name = context.RouteName();
        if (!state.Table.TryGetTarget(name, out RouteTarget? target))
        {
            await Responses.WriteDetailAsync(context, StatusCodes.Status404NotFound, CatalogTexts.NoEndpoint(name));
            return;
        }
        using PooledBuffer? body = await RequestBody.ReadAsync(context);
        if (body is null)
        {
            return;
        }

        if (UntypedBody.Find(body.WrittenSpan, target.Operation) is not { } found)
        {
            await Responses.WriteDetailAsync(
                context, StatusCodes.Status400BadRequest, "The body is neither a chat request, with 'messages', nor an embeddings request, with 'input'.");
        }
        else if (found != target.Operation)
        {
            await Responses.WriteDetailAsync(context, StatusCodes.Status400BadRequest, $"Endpoint '{name}' is not {found.ToPhrase()} endpoint.");
        }
        else
        {
            using NormalizedRequest? request = await Invocation.CheckAsync(context, body, found, needsModel: false);
            await AnswerAsync(context, state, target, request);
        }
    }

    private static async Task AnswerAsync(HttpContext context, GatewayState state, RouteTarget target, NormalizedRequest? request)
    {
        if (request is null)
        {
            return;
        }

        if (request.HasModel)
        {
            await Responses.WriteDetailAsync(
                context,
                StatusCodes.Status422UnprocessableEntity,
                "The parameter 'model' is not permitted to be passed. The route being queried already defines a model instance.");
            return;
        }
        await Invocation.AnswerAsync(context, state, target, request);
    }
}
