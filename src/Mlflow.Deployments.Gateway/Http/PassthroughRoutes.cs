using Mlflow.Deployments.Gateway.Http.Validation;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Routing;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The routes that take requests in a provider's own format. Only the name of the endpoint becomes the name of the model.</summary>
internal static class PassthroughRoutes
{
    public static void Map(IEndpointRouteBuilder routes, GatewayState state)
    {
        foreach (PassthroughAction action in PassthroughActions.All)
        {
            routes.MapPost(action.Path(), context => InvokeAsync(context, state, action));
        }
    }

    private static async Task InvokeAsync(HttpContext context, GatewayState state, PassthroughAction action)
    {
        using PooledBuffer? body = await RequestBody.ReadAsync(context);
        if (body is null)
        {
            return;
        }

        ModelField? field = null;
        if (!action.NamesEndpointInPath())
        {
            (field, ValidationProblem? problem) = ModelField.Find(body.WrittenSpan);
            if (problem is not null)
            {
                await Responses.WriteProblemsAsync(context, [problem]);
                return;
            }
        }

        string name = field?.Name ?? context.RouteName();
        if (!state.Table.TryGetTarget(name, out RouteTarget? target))
        {
            await Responses.WriteDetailAsync(context, StatusCodes.Status404NotFound, CatalogTexts.NoEndpoint(name));
            return;
        }

        await new PassthroughQuery(context, state, action, body, field).RunAsync(target, CallerKey.Of(context) ?? field?.User);
    }
}
