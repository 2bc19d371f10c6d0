using Mlflow.Deployments.Gateway.Providers;

namespace Mlflow.Deployments.Gateway.Telemetry;

/// <summary>What the gateway logs. Never a key, a prompt, an answer, or the text of a provider's error, which may repeat any of them.</summary>
internal static partial class Log
{
    public const string Category = "Mlflow.Deployments.Gateway";
    public const string ConfigurationCategory = "Mlflow.Deployments.Gateway.Configuration";

    [LoggerMessage(EventId = 1000, EventName = "InvocationFailed", Level = LogLevel.Warning,
        Message = "A request to endpoint {Endpoint} ({Provider}) failed: {Kind}, status {Status}")]
    public static partial void InvocationFailed(this ILogger logger, string endpoint, string provider, FailureKind kind, int status);

    [LoggerMessage(EventId = 1001, EventName = "StreamFailed", Level = LogLevel.Warning,
        Message = "A stream of endpoint {Endpoint} ({Provider}) failed after {Events} events: {Kind}")]
    public static partial void StreamFailed(this ILogger logger, string endpoint, string provider, FailureKind kind, int events);

    [LoggerMessage(EventId = 1002, EventName = "ClientLeft", Level = LogLevel.Debug,
        Message = "The client of a request to endpoint {Endpoint} left before the answer was complete")]
    public static partial void ClientLeft(this ILogger logger, string endpoint);

    [LoggerMessage(EventId = 1003, EventName = "RateLimited", Level = LogLevel.Debug,
        Message = "A request to endpoint {Endpoint} was over the limit of {Calls} per {Period}")]
    public static partial void RateLimited(this ILogger logger, string endpoint, int calls, string period);

    [LoggerMessage(EventId = 1004, EventName = "ConfigurationWarning", Level = LogLevel.Warning, Message = "{Warning}")]
    public static partial void ConfigurationWarning(this ILogger logger, string warning);
}
