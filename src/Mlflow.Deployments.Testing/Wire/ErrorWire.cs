using System.Globalization;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Writes refusals as the servers of the dialects do: <c>{"detail": …}</c>, and OpenAI <c>{"error": {"message", "type", "param", "code"}}</c>.</summary>
internal static class ErrorWire
{
    public static Script Refusal(DeployDialect dialect, int status, string message, string? code = null) => Script.OfJson(Body(dialect, status, message, code), status);

    public static JsonObject Body(DeployDialect dialect, int status, string message, string? code = null) => dialect == DeployDialect.OpenAI
        ? new() { ["error"] = new JsonObject { ["message"] = message, ["type"] = TypeOf(status), ["param"] = null, ["code"] = code } }
        : new() { ["detail"] = message };

    public static Script NoEndpoint(DeployDialect dialect, string name) => dialect == DeployDialect.OpenAI
        ? Refusal(dialect, 404, $"The model '{name}' does not exist or you do not have access to it.", "model_not_found")
        : Refusal(dialect, 404, $"The endpoint '{name}' is not present or active on the server. Please verify the endpoint name.");

    public static Script NoRoute(DeployDialect dialect, FakeRequest request) =>
        Refusal(dialect, 404, dialect == DeployDialect.OpenAI ? $"Invalid URL ({request.Method} {request.Path})" : "Not Found");

    public static Script NoResource(string name) =>
        Script.OfJson(new JsonObject { ["error_code"] = "RESOURCE_DOES_NOT_EXIST", ["message"] = $"GatewayEndpoint not found (name='{name}')" }, 404);

    /// <summary>A limit that is used up, as MLflow's own limiter says it, or OpenAI.</summary>
    public static Script RateLimit(DeployDialect dialect, TimeSpan? retryAfter)
    {
        const string message = "Rate limit exceeded: 1 per 1 minute";
        var script = dialect == DeployDialect.OpenAI
            ? Refusal(dialect, 429, message, "rate_limit_exceeded")
            : Script.OfJson(new JsonObject { ["error"] = message }, 429);
        return retryAfter is not { } wait ? script : script with
        {
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Retry-After"] = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture) },
        };
    }

    private static string TypeOf(int status) => status switch
    {
        429 => "requests",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
