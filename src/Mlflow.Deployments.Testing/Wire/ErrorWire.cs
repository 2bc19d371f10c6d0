using System.Globalization;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Writes refusals as the servers of the dialects do.</summary>
internal static class ErrorWire
{
    public const string NotFound = "Not Found";

    public static string NoEndpoint(string name) => $"The endpoint '{name}' is not present or active on the server. Please verify the endpoint name.";

    public static JsonObject DetailBody(string message) => new() { ["detail"] = message };

    public static Script Detail(int status, string message) => Script.OfJson(DetailBody(message), status);

    public static Script Resource(int status, string message) => Script.OfJson(new JsonObject { ["error_code"] = "RESOURCE_DOES_NOT_EXIST", ["message"] = message }, status);

    /// <summary>A limit that is used up, as MLflow's own limiter says it.</summary>
    public static Script RateLimit(TimeSpan? retryAfter)
    {
        var script = Script.OfJson(new JsonObject { ["error"] = "Rate limit exceeded: 1 per 1 minute" }, 429);
        return retryAfter is not { } wait ? script : script with
        {
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Retry-After"] = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture) },
        };
    }
}
