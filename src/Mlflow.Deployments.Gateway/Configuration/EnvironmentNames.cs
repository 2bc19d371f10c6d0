namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>The environment variables that the program reads.</summary>
internal static class EnvironmentNames
{
    public const string Config = "MLFLOW_GATEWAY_CONFIG";
    public const string ListPageSize = "MLFLOW_GATEWAY_LIST_PAGE_SIZE";
    public const string RouteTimeoutSeconds = "MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS";
    public const string ConnectTimeoutSeconds = "MLFLOW_GATEWAY_CONNECT_TIMEOUT_SECONDS";
    public const string FirstByteTimeoutSeconds = "MLFLOW_GATEWAY_FIRST_BYTE_TIMEOUT_SECONDS";
    public const string IdleTimeoutSeconds = "MLFLOW_GATEWAY_IDLE_TIMEOUT_SECONDS";
    public const string TotalTimeoutSeconds = "MLFLOW_GATEWAY_TOTAL_TIMEOUT_SECONDS";
    public const string AllowedProviders = "MLFLOW_GATEWAY_ALLOWED_PROVIDERS";
    public const string RateLimitStorage = "MLFLOW_GATEWAY_RATE_LIMITS_STORAGE_URI";
    public const string RateLimitFailureMode = "MLFLOW_GATEWAY_RATE_LIMITS_FAILURE_MODE";
    public const string ReloadSeconds = "MLFLOW_GATEWAY_RELOAD_SECONDS";
}
