using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Telemetry;

/// <summary>
/// Every log message of the client: 100s calls, 200s streams, 300s resilience. None holds a secret; prompts and answers are in those that are called
/// sensitive alone, which are written only with <see cref="DeployClientOptions.EnableSensitiveData"/>.
/// </summary>
internal static partial class Log
{
    /// <summary>The category of all messages.</summary>
    public const string Category = "Mlflow.Deployments";

    /// <summary>Tells that a call has its answer.</summary>
    public static void CallDone(this ILogger logger, CallContext call, double elapsedMs) => logger.CallSucceeded(call.What, elapsedMs);

    /// <summary>Tells that a stream was whole.</summary>
    public static void StreamDone(this ILogger logger, CallContext call, int chunks, double elapsedMs) => logger.StreamCompleted(call.What, chunks, elapsedMs);

    /// <summary>Tells why the kind of a server could not be found out.</summary>
    public static void ProbeEnded(this ILogger logger, DeployTarget target, Exception why)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            logger.ProbeFailed(target.ToString(), why.GetType().Name);
        }
    }

    /// <summary>Tells why a call ended without an answer. A caller who cancels is no failure.</summary>
    public static void CallEnded(this ILogger logger, CallContext call, double elapsedMs, Exception why)
    {
        if (why is OperationCanceledException)
        {
            logger.CallCancelled(call.What, elapsedMs);
        }
        else if (logger.IsEnabled(LogLevel.Warning))
        {
            logger.CallFailed(call.What, elapsedMs, why.GetType().Name, (int?)(why as DeployException)?.StatusCode);
        }
    }

    /// <summary>Tells why a stream ended before it was whole. A caller who cancels is no failure.</summary>
    public static void StreamEnded(this ILogger logger, CallContext call, int chunks, double elapsedMs, Exception why)
    {
        if (why is OperationCanceledException)
        {
            logger.CallCancelled(call.What, elapsedMs);
        }
        else if (logger.IsEnabled(LogLevel.Warning))
        {
            logger.StreamFailed(call.What, chunks, elapsedMs, why.GetType().Name);
        }
    }

    /// <summary>Shows a request. Only where content may be shown.</summary>
    public static void RequestSensitive(this ILogger logger, string operation, JsonElement request)
    {
        if (logger.IsEnabled(LogLevel.Trace))
        {
            logger.RequestSensitive(operation, request.GetRawText());
        }
    }

    /// <summary>Shows what a model said, as far as it came. Only where content may be shown.</summary>
    public static void AnswerSensitive(this ILogger logger, string operation, AnswerContent content)
    {
        if (logger.IsEnabled(LogLevel.Trace) && content.ToMessages() is { } messages)
        {
            logger.AnswerSensitive(operation, messages);
        }
    }

    [LoggerMessage(EventId = 100, EventName = "CallSucceeded", Level = LogLevel.Debug, Message = "{Call} answered after {ElapsedMs:0.0} ms")]
    private static partial void CallSucceeded(this ILogger logger, string call, double elapsedMs);

    [LoggerMessage(EventId = 101, EventName = "CallFailed", Level = LogLevel.Warning, Message = "{Call} failed after {ElapsedMs:0.0} ms: {ErrorType}, status {Status}")]
    private static partial void CallFailed(this ILogger logger, string call, double elapsedMs, string errorType, int? status);

    [LoggerMessage(EventId = 102, EventName = "CallCancelled", Level = LogLevel.Debug, Message = "{Call} was cancelled after {ElapsedMs:0.0} ms")]
    private static partial void CallCancelled(this ILogger logger, string call, double elapsedMs);

    [LoggerMessage(EventId = 103, EventName = "ProbeFailed", Level = LogLevel.Debug, Message = "What kind of server {Server} is could not be found out: {ErrorType}")]
    private static partial void ProbeFailed(this ILogger logger, string server, string errorType);

    [LoggerMessage(EventId = 110, EventName = "RequestSensitive", Level = LogLevel.Trace, Message = "{Operation} asks: {Request}")]
    private static partial void RequestSensitive(this ILogger logger, string operation, string request);

    [LoggerMessage(EventId = 111, EventName = "AnswerSensitive", Level = LogLevel.Trace, Message = "{Operation} answered: {Messages}")]
    private static partial void AnswerSensitive(this ILogger logger, string operation, string messages);

    [LoggerMessage(EventId = 200, EventName = "StreamCompleted", Level = LogLevel.Debug, Message = "The stream of {Call} was whole after {Chunks} chunks and {ElapsedMs:0.0} ms")]
    private static partial void StreamCompleted(this ILogger logger, string call, int chunks, double elapsedMs);

    [LoggerMessage(EventId = 201, EventName = "StreamFailed", Level = LogLevel.Warning, Message = "The stream of {Call} failed after {Chunks} chunks and {ElapsedMs:0.0} ms: {ErrorType}")]
    private static partial void StreamFailed(this ILogger logger, string call, int chunks, double elapsedMs, string errorType);

    [LoggerMessage(EventId = 202, EventName = "EventsSkipped", Level = LogLevel.Warning, Message = "The stream of {Call} had {Skipped} events of an unknown kind, which were skipped")]
    public static partial void EventsSkipped(this ILogger logger, string call, int skipped);

    [LoggerMessage(EventId = 203, EventName = "EndOfBodyMissing", Level = LogLevel.Debug, Message = "The stream of {Call} was whole, but its body did not end; the connection is closed")]
    public static partial void EndOfBodyMissing(this ILogger logger, string call);

    [LoggerMessage(EventId = 204, EventName = "UsageRefused", Level = LogLevel.Debug, Message = "{Call} does not know stream_options; it is asked once more without")]
    public static partial void UsageRefused(this ILogger logger, string call);

    [LoggerMessage(EventId = 300, EventName = "Retrying", Level = LogLevel.Warning, Message = "Retry {Attempt} of {MaxRetries} after status {Status} in {DelayMs:0} ms")]
    public static partial void Retrying(this ILogger logger, int attempt, int maxRetries, int? status, double delayMs);

    [LoggerMessage(EventId = 301, EventName = "DefaultResilienceLeftOut", Level = LogLevel.Debug, Message = "The resilience handler that the app adds to all its HTTP clients is left out: the client has retries and time limits of its own")]
    public static partial void DefaultResilienceLeftOut(this ILogger logger);
}
