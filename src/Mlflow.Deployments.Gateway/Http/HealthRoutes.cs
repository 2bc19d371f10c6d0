namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The route that says whether the gateway runs.</summary>
internal static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", context => Responses.WriteJsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, "OK"u8);
            writer.WriteEndObject();
        }));
}
