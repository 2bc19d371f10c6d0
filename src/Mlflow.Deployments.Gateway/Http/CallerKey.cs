namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Who asks, as far as a request tells by the header <c>X-MLflow-Gateway-Caller-Key</c>.</summary>
internal static class CallerKey
{
    public static string? Of(HttpContext context) =>
        context.Request.Headers.TryGetValue(GatewayHeaders.CallerKey, out var value) && value.ToString() is { Length: > 0 } key ? key : null;
}
