namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>The environment variables that the program reads.</summary>
internal static class EnvironmentNames
{
    public const string Config = "MLFLOW_GATEWAY_CONFIG";
    public const string ListPageSize = "MLFLOW_GATEWAY_LIST_PAGE_SIZE";
    public const string RouteTimeoutSeconds = "MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS";
    public const string AllowedProviders = "MLFLOW_GATEWAY_ALLOWED_PROVIDERS";
    public const string RateLimitStorage = "MLFLOW_GATEWAY_RATE_LIMITS_STORAGE_URI";
}
