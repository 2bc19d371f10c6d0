using Mlflow.Deployments.Gateway.Providers;

namespace Mlflow.Deployments.Gateway.Telemetry;

/// <summary>What the gateway logs. Never a key, a prompt, an answer, or the text of a provider's error, which may repeat any of them.</summary>
internal static partial class Log
{
    public const string Category = "Mlflow.Deployments.Gateway";
    public const string ConfigurationCategory = "Mlflow.Deployments.Gateway.Configuration";
    public const string ReloadCategory = "Mlflow.Deployments.Gateway.Reload";

    [LoggerMessage(EventId = 1000, EventName = "InvocationFailed", Level = LogLevel.Warning,
        Message = "A request to endpoint {Endpoint} ({Provider}) failed: {Kind}, status {Status}")]
    public static partial void InvocationFailed(this ILogger logger, string endpoint, string provider, FailureKind kind, int status);

    [LoggerMessage(EventId = 1001, EventName = "StreamFailed", Level = LogLevel.Warning,
        Message = "A stream of endpoint {Endpoint} ({Provider}) failed after {Events} events: {Kind}")]
    public static partial void StreamFailed(this ILogger logger, string endpoint, string provider, FailureKind kind, int events);

    [LoggerMessage(EventId = 1010, EventName = "PassthroughFailed", Level = LogLevel.Warning,
        Message = "A passed-through answer of endpoint {Endpoint} ({Provider}) broke off after its beginning: {Kind}")]
    public static partial void PassthroughFailed(this ILogger logger, string endpoint, string provider, FailureKind kind);

    [LoggerMessage(EventId = 1002, EventName = "ClientLeft", Level = LogLevel.Debug,
        Message = "The client of a request to endpoint {Endpoint} left before the answer was complete")]
    public static partial void ClientLeft(this ILogger logger, string endpoint);

    [LoggerMessage(EventId = 1003, EventName = "RateLimited", Level = LogLevel.Debug,
        Message = "A request to endpoint {Endpoint} was over the limit of {Calls} per {Period}")]
    public static partial void RateLimited(this ILogger logger, string endpoint, int calls, string period);

    [LoggerMessage(EventId = 1004, EventName = "ConfigurationWarning", Level = LogLevel.Warning, Message = "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);

    [LoggerMessage(EventId = 1005, EventName = "RateLimitStoreAway", Level = LogLevel.Error,
        Message = "The store of the rate limits cannot be reached ({Error}); until it is back, requests to endpoints with a limit are {Verdict}")]
    public static partial void RateLimitStoreAway(this ILogger logger, string error, string verdict);

    [LoggerMessage(EventId = 1006, EventName = "RateLimitStoreBack", Level = LogLevel.Warning, Message = "The store of the rate limits is back")]
    public static partial void RateLimitStoreBack(this ILogger logger);

    [LoggerMessage(EventId = 1007, EventName = "ConfigurationReloaded", Level = LogLevel.Warning,
        Message = "The configuration {File} has changed and is in force: {Endpoints} endpoints, {Routes} routes")]
    public static partial void ConfigurationReloaded(this ILogger logger, string file, int endpoints, int routes);

    [LoggerMessage(EventId = 1008, EventName = "ConfigurationRefused", Level = LogLevel.Error,
        Message = "The configuration {File} has changed but cannot be used, so the old one stays: {Problems}")]
    public static partial void ConfigurationRefused(this ILogger logger, string file, string problems);

    [LoggerMessage(EventId = 1009, EventName = "ConfigurationUnwatched", Level = LogLevel.Warning,
        Message = "Changes of the configuration {File} are not announced here ({Error}); the gateway looks for them every {Interval}")]
    public static partial void ConfigurationUnwatched(this ILogger logger, string file, string error, TimeSpan interval);
}
