namespace Mlflow.Deployments.Gateway.Http;

/// <summary>All routes of the gateway, and what stands around them.</summary>
internal static class GatewayRoutes
{
    public static void Map(WebApplication app, GatewayState state)
    {
        state.Shutdown.Use(app);
        // Logs what nobody expected; the client learns no more than that it happened.
        app.UseExceptionHandler(handler => handler.Run(
            context => Responses.WriteDetailAsync(context, StatusCodes.Status500InternalServerError, "Internal Server Error")));
        FallbackResponses.Use(app);
        app.UseRouting();
        HealthRoutes.Map(app, state);
        CatalogRoutes.Map(app, state);
        InvocationRoutes.Map(app, state);
        OpenAIRoutes.Map(app, state);
        PassthroughRoutes.Map(app, state);
        DocsRoutes.Map(app, state);
    }
}
