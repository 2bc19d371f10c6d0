namespace Mlflow.Deployments.Gateway.Http;

/// <summary>What stands in the path.</summary>
internal static class RouteValues
{
    /// <summary>The <c>{name}</c> of the route.</summary>
    public static string RouteName(this HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
