using System.Globalization;
using System.Text.Json;
using Mlflow.Deployments.Transport;
using Polly.CircuitBreaker;

namespace Mlflow.Deployments.Errors;

/// <summary>Turns what the layers below throw into what callers catch. Exceptions of the family and the caller's own cancellation pass.</summary>
internal static class Failures
{
    private static readonly string[] TransientCodes = ["rate_limit", "overloaded", "server_error", "internal", "unavailable", "timeout", "temporar", "limit_exceeded", "exhausted", "too_many"];

    /// <summary>Translates a failure before or outside a stream.</summary>
    public static Exception Translate(Exception failure, CallContext call, TimeLimit limit, CancellationToken caller) => failure switch
    {
        OperationCanceledException => Cancelled((OperationCanceledException)failure, call, limit, 0, caller),
        HttpRequestException or IOException => ErrorFactory.Connection(failure, call),
        CorruptBodyException => ErrorFactory.Corrupt(failure, call),
        BrokenCircuitException => ErrorFactory.CircuitOpen((BrokenCircuitException)failure, call),
        _ => failure,
    };

    /// <summary>Translates a failure while a stream is read.</summary>
    public static Exception TranslateStream(Exception failure, CallContext call, TimeLimit limit, int chunks, bool hasEnded, CancellationToken caller) => failure switch
    {
        OperationCanceledException => Cancelled((OperationCanceledException)failure, call, limit, chunks, caller),
        InvalidDataException => ErrorFactory.Stream(failure.Message, call, chunks, isTransient: false),
        HttpRequestException or IOException => ErrorFactory.Stream("was cut off: the connection broke", call, chunks, cause: failure),
        CorruptBodyException => ErrorFactory.Stream("has a body that does not match its Content-Encoding", call, chunks, isTransient: false, cause: failure),
        JsonException when hasEnded => ErrorFactory.Stream("was cut off in the middle of an event, or ended with one that cannot be read as JSON of the expected form", call, chunks, cause: failure),
        JsonException => ErrorFactory.Stream("sent an event that cannot be read as JSON of the expected form", call, chunks, isTransient: false, cause: failure),
        _ => failure,
    };

    /// <summary>Tells whether a server that reports this error inside a stream may do better at the next try.</summary>
    public static bool IsTransient(ServerError error)
    {
        if (int.TryParse(error.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            return status is 408 or 429 or >= 500 and < 600 and not 501;
        }

        return error.Code is { } code && TransientCodes.Any(known => code.Contains(known, StringComparison.OrdinalIgnoreCase));
    }

    private static Exception Cancelled(OperationCanceledException cancelled, CallContext call, TimeLimit limit, int chunks, CancellationToken caller)
    {
        if (caller.IsCancellationRequested)
        {
            // Below, a linked token was cancelled; callers compare with their own.
            return cancelled.CancellationToken == caller ? cancelled : new OperationCanceledException(cancelled.Message, cancelled, caller);
        }

        if (limit.IsExceeded)
        {
            return ErrorFactory.Timeout(limit.Option, limit.Limit, call, chunks, cancelled);
        }

        // HttpClient.Timeout of a caller's own client: it says so by the inner exception.
        return cancelled.InnerException is TimeoutException
            ? ErrorFactory.Timeout("HttpClient.Timeout", call.ClientTimeout, call, chunks, cancelled)
            : cancelled;
    }
}
