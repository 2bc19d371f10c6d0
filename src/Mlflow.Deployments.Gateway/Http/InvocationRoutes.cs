using Mlflow.Deployments.Gateway.Http.Validation;
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
