using System.Globalization;
using System.Net;
using System.Text;
using Polly.CircuitBreaker;

namespace Mlflow.Deployments.Errors;

/// <summary>Makes every exception of the family: the one place where their words are chosen.</summary>
internal static class ErrorFactory
{
    /// <summary>The time limit of a health check, which is no option.</summary>
    public const string HealthOption = "GetHealthAsync";

    /// <summary>Makes the exception for an answer whose status is not a success.</summary>
    public static DeployException FromResponse(HttpResponseMessage response, ReadOnlySpan<byte> body, CallContext call, TimeProvider clock)
    {
        var status = response.StatusCode;
        var error = Redaction.Apply(ServerError.Parse(body), response.RequestMessage);
        var requestId = ResponseHeaders.RequestId(response.Headers);
        var retryAfter = ResponseHeaders.RetryAfter(response.Headers, clock);
        var rateLimit = ResponseHeaders.RateLimit(response.Headers, clock);
        var responseBody = Redaction.Apply(body, response.RequestMessage);
        var message = Sentence(call, status, error.Message, Remedy(status, call, error, Location(response)), retryAfter, requestId);
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new DeployAuthenticationException(message)
            {
                StatusCode = status, ErrorCode = error.Code, RequestId = requestId, ResponseBody = responseBody, Endpoint = call.Endpoint, RetryAfter = retryAfter, RateLimit = rateLimit,
            },
            HttpStatusCode.NotFound when call.Endpoint is not null => new DeployEndpointNotFoundException(message)
            {
                StatusCode = status, ErrorCode = error.Code, RequestId = requestId, ResponseBody = responseBody, Endpoint = call.Endpoint, RetryAfter = retryAfter, RateLimit = rateLimit,
            },
            HttpStatusCode.TooManyRequests => new DeployRateLimitException(message)
            {
                StatusCode = status, ErrorCode = error.Code, RequestId = requestId, ResponseBody = responseBody, Endpoint = call.Endpoint, RetryAfter = retryAfter, RateLimit = rateLimit,
                IsTransient = true,
            },
            >= HttpStatusCode.InternalServerError => new DeployServerException(message)
            {
                StatusCode = status, ErrorCode = error.Code, RequestId = requestId, ResponseBody = responseBody, Endpoint = call.Endpoint, RetryAfter = retryAfter, RateLimit = rateLimit,
                IsTransient = status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported),
            },
            _ => new DeployRequestException(message)
            {
                StatusCode = status, ErrorCode = error.Code, RequestId = requestId, ResponseBody = responseBody, Endpoint = call.Endpoint, RetryAfter = retryAfter, RateLimit = rateLimit,
                IsTransient = status is HttpStatusCode.RequestTimeout,
            },
        };
    }

    /// <summary>Makes the exception for a successful answer that cannot be read.</summary>
    public static DeployException Unreadable(HttpResponseMessage response, ReadOnlySpan<byte> body, CallContext call, string why, Exception? cause = null)
    {
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var requestId = ResponseHeaders.RequestId(response.Headers);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{call.What} answered {(int)response.StatusCode}, but {why} (content type {mediaType ?? "missing"}). ")
            .Append(CultureInfo.InvariantCulture, $"Is {call.Server} an MLflow AI Gateway, and is no proxy in between?");
        AppendRequestId(text, requestId);
        return new(text.ToString(), cause)
        {
            StatusCode = response.StatusCode,
            RequestId = requestId,
            ResponseBody = Redaction.Apply(body[..Math.Min(body.Length, Defaults.MaxErrorBytes)], response.RequestMessage),
            Endpoint = call.Endpoint,
            RateLimit = call.RateLimit,
        };
    }

    /// <summary>Makes the exception for an answer with a status of success and an error in its body.</summary>
    public static DeployException ErrorInAnswer(HttpResponseMessage response, ReadOnlySpan<byte> body, CallContext call, ServerError error)
    {
        error = Redaction.Apply(error, response.RequestMessage);
        var requestId = ResponseHeaders.RequestId(response.Headers);
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{call.What} answered {(int)response.StatusCode}, but with an error in place of an answer: \"{error.Message ?? error.Code}\".");
        AppendRequestId(text, requestId);
        return new(text.ToString())
        {
            StatusCode = response.StatusCode,
            ErrorCode = error.Code,
            RequestId = requestId,
            ResponseBody = Redaction.Apply(body[..Math.Min(body.Length, Defaults.MaxErrorBytes)], response.RequestMessage),
            Endpoint = call.Endpoint,
            RateLimit = call.RateLimit,
            IsTransient = Failures.IsTransient(error),
        };
    }

    /// <summary>Makes the exception for a body that cannot be decoded.</summary>
    public static DeployException Corrupt(Exception cause, CallContext call) =>
        new($"{call.What} was answered by {call.Server} with a body that does not match its Content-Encoding. Is a proxy in between?", cause) { Endpoint = call.Endpoint, RequestId = call.RequestId, RateLimit = call.RateLimit };

    /// <summary>Makes the exception for an endpoint that is left alone.</summary>
    public static DeployException CircuitOpen(BrokenCircuitException cause, CallContext call)
    {
        var wait = cause.RetryAfter is { } left ? string.Create(CultureInfo.InvariantCulture, $" It is asked again in {Math.Ceiling(left.TotalSeconds):0} s.") : string.Empty;
        return new($"{call.What} was not asked: it failed too often, and the circuit breaker leaves it alone.{wait}", cause)
        {
            Endpoint = call.Endpoint,
            RetryAfter = cause.RetryAfter,
            IsTransient = true,
        };
    }

    /// <summary>Makes the exception for an answer that did not come, or not whole.</summary>
    public static DeployConnectionException Connection(Exception cause, CallContext call)
    {
        var why = (cause as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "the name of its host is unknown. Check the target",
            HttpRequestError.ConnectionError => "no connection could be made. Check that it runs and that the target is right",
            HttpRequestError.SecureConnectionError => "no secure connection could be made. Check its certificate, and whether it speaks https at all",
            HttpRequestError.ProxyTunnelError => "the proxy did not connect. Check the proxy settings of the environment",
            HttpRequestError.ResponseEnded => "the connection closed before the answer was whole. The request may have been worked on",
            _ => "the connection broke before the answer was whole. The request may have been worked on",
        };
        return new($"{call.What} could not be asked at {call.Server}: {why}.", cause) { Endpoint = call.Endpoint, RequestId = call.RequestId, RateLimit = call.RateLimit, IsTransient = true };
    }

    /// <summary>Makes the exception for a token endpoint that gives no token to this client.</summary>
    public static DeployAuthenticationException TokenRefused(HttpResponseMessage response, ReadOnlySpan<byte> body, CallContext call)
    {
        var error = ServerError.Parse(body);
        var requestId = ResponseHeaders.RequestId(response.Headers);
        var remedy = $"Check the client id, the client secret and whether {call.Server} is the address of a Databricks workspace.";
        return new(Sentence(call, response.StatusCode, error.Message, remedy, null, requestId))
        {
            StatusCode = response.StatusCode,
            ErrorCode = error.Code,
            RequestId = requestId,
            ResponseBody = body.IsEmpty ? null : Encoding.UTF8.GetString(body),
        };
    }

    /// <summary>Makes the exception for a token endpoint that does not answer.</summary>
    public static DeployConnectionException TokenTimeout(CallContext call, TimeSpan? limit, Exception cause)
    {
        var within = limit is { } time ? $"within {time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s" : "in the time that HttpClient.Timeout allows";
        return new($"{call.What} of {call.Server} did not answer {within}.", cause) { IsTransient = true };
    }

    /// <summary>Makes the exception for a time limit of ours.</summary>
    public static DeployTimeoutException Timeout(string option, TimeSpan limit, CallContext call, int chunks, Exception? cause)
    {
        var seconds = limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        var message = option switch
        {
            nameof(DeployClientOptions.StreamIdleTimeout) =>
                $"{call.What} sent nothing for {seconds} s in the middle of a stream, after {Chunks(chunks)}. The answer is not whole. Raise StreamIdleTimeout if that is normal for this model.",
            nameof(DeployClientOptions.FirstByteTimeout) =>
                $"{call.What} did not begin to stream within {seconds} s. Raise FirstByteTimeout if this model takes longer.",
            nameof(DeployClientOptions.Timeout) =>
                $"{call.What} did not answer within {seconds} s. Raise Timeout if this model takes longer, or stream the answer.",
            nameof(DeployClientOptions.CatalogTimeout) => $"{call.What} did not answer within {seconds} s. Raise CatalogTimeout if this server takes longer.",
            HealthOption => $"{call.What} did not answer within {seconds} s.",
            _ => $"{call.What} did not answer in the time that {option} allows.",
        };
        return new(message, cause) { OptionName = option, Limit = limit, ChunksReceived = chunks, Endpoint = call.Endpoint, RequestId = call.RequestId, RateLimit = call.RateLimit };
    }

    /// <summary>Makes the exception for a stream that failed after it had begun.</summary>
    public static DeployStreamException Stream(string why, CallContext call, int chunks, ServerError error = default, bool isTransient = true, Exception? cause = null)
    {
        var said = error.Message is { } words ? $": \"{words}\"" : string.Empty;
        var requestId = call.RequestId;
        var text = new StringBuilder($"The stream of {Lower(call.What)} {why}{said}. {Upper(Chunks(chunks))} came before that; the answer is not whole.");
        AppendRequestId(text, requestId);
        return new(text.ToString(), cause)
        {
            ErrorCode = error.Code,
            RequestId = requestId,
            RateLimit = call.RateLimit,
            Endpoint = call.Endpoint,
            ChunksReceived = chunks,
            IsTransient = isTransient,
        };
    }

    private static string Sentence(CallContext call, HttpStatusCode status, string? said, string? remedy, TimeSpan? retryAfter, string? requestId)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{call.What} returned {(int)status} ({Words(status)})");
        text.Append(said is null ? "." : $": \"{said}\".");
        if (remedy is not null)
        {
            text.Append(' ').Append(remedy);
        }

        if (retryAfter is { } wait)
        {
            text.Append(CultureInfo.InvariantCulture, $" Retry after {Math.Ceiling(wait.TotalSeconds):0} s.");
        }

        AppendRequestId(text, requestId);
        return text.ToString();
    }

    private static void AppendRequestId(StringBuilder text, string? requestId)
    {
        if (requestId is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $" Request id {requestId}.");
        }
    }

    private static string Words(HttpStatusCode status) => (int)status switch
    {
        400 => "bad request",
        401 => "not authenticated",
        403 => "not allowed",
        404 => "not found",
        405 => "method not allowed",
        408 => "request timeout",
        413 => "too large",
        415 => "unsupported media type",
        422 => "invalid request",
        429 => "rate limited",
        500 => "server error",
        501 => "not implemented",
        502 => "bad gateway",
        503 => "unavailable",
        504 => "gateway timeout",
        >= 300 and < 400 => "redirect",
        >= 500 => "server error",
        _ => "refused",
    };

    private static string? Remedy(HttpStatusCode status, CallContext call, ServerError error, string? location) => status switch
    {
        HttpStatusCode.Unauthorized => "Check the token, or the user name and password, of the client.",
        HttpStatusCode.Forbidden => "The credentials are known, but not enough for this call.",
        HttpStatusCode.NotFound when call.Endpoint is not null && error.Message is not "Not Found" => "ListEndpointsAsync tells which endpoints there are.",
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => location is null ? null : $"It points to {location}: redirects to another server are not followed, because credentials and prompts would go along. If that is the right server, make it the target.",
        HttpStatusCode.NotFound => $"Check that {call.Server} is the root of an MLflow AI Gateway.",
        HttpStatusCode.RequestEntityTooLarge => "Send less in one request.",
        _ => null,
    };

    // Without query and user info, which may hold secrets.
    private static string? Location(HttpResponseMessage response) => response.Headers.Location switch
    {
        null => null,
        { IsAbsoluteUri: true } address => address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
        var relative => relative.OriginalString.Split('?', '#')[0],
    };

    private static string Chunks(int count) => count == 1 ? "1 chunk" : string.Create(CultureInfo.InvariantCulture, $"{count} chunks");

    private static string Upper(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
