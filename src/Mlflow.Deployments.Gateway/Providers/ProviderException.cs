using System.Globalization;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>A request that got no answer, with everything the client is told about it.</summary>
internal sealed class ProviderException : Exception
{
    private const string DefaultEventType = "upstream_error";

    private ProviderException(FailureKind kind, int status, string message, byte[] detail, Exception? inner)
        : base(message, inner)
    {
        Kind = kind;
        Status = status;
        Detail = detail;
    }

    public ProviderException(FailureKind kind, string message, Exception? inner = null)
        : this(kind, StatusOf(kind), message, JsonText.Encode(message), inner)
    {
    }

    public FailureKind Kind { get; }

    public int Status { get; }

    /// <summary>The value of <c>detail</c> in the answer, as JSON.</summary>
    public ReadOnlyMemory<byte> Detail { get; }

    /// <summary>The upstream's Retry-After as it came.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The <c>type</c> of the error event, when the failure comes after the first event.</summary>
    public string EventType { get; init; } = DefaultEventType;

    /// <summary>An upstream's error status, handed through with what it said.</summary>
    public static ProviderException FromStatus(int status, byte[] detail, string? retryAfter = null, string eventType = DefaultEventType) =>
        new(FailureKind.UpstreamStatus, status, TextOf(detail), detail, inner: null) { RetryAfter = retryAfter, EventType = eventType };

    /// <summary>A request refused with a status of its own.</summary>
    public static ProviderException Refuse(int status, string message) =>
        new(FailureKind.RequestRefused, status, message, JsonText.Encode(message), inner: null);

    /// <summary>A request over the limit of its endpoint.</summary>
    public static ProviderException RateLimited(string message, string retryAfter) => new(FailureKind.RateLimited, message) { RetryAfter = retryAfter };

    /// <summary>The same failure, told as the last of several.</summary>
    public ProviderException AfterAttempts(int attempts, string endpoint)
    {
        string last = Detail.Span is [(byte)'"', ..] ? Message : Encoding.UTF8.GetString(Detail.Span);
        string message = string.Create(
            CultureInfo.InvariantCulture, $"None of the endpoints gave an answer, after {attempts} {(attempts == 1 ? "attempt" : "attempts")}; the last, '{endpoint}': {last}");
        FailureKind kind = Kind == FailureKind.RateLimited ? FailureKind.UpstreamStatus : Kind;
        return new ProviderException(kind, Status, message, JsonText.Encode(message), this) { RetryAfter = RetryAfter };
    }

    /// <summary>A request that did not end before the gateway had to.</summary>
    public static ProviderException ShuttingDown(Exception inner) =>
        new(FailureKind.ShuttingDown, "The gateway is shutting down; send the request again later.", inner) { EventType = "shutting_down" };

    private static int StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.RequestRefused => StatusCodes.Status422UnprocessableEntity,
        FailureKind.NotImplemented => StatusCodes.Status501NotImplemented,
        FailureKind.RateLimited => StatusCodes.Status429TooManyRequests,
        FailureKind.ShuttingDown or FailureKind.LimitUnavailable => StatusCodes.Status503ServiceUnavailable,
        FailureKind.UpstreamTimeout => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status502BadGateway,
    };

    private static string TextOf(byte[] detail)
    {
        const string Unknown = "The provider answered with an error.";
        try
        {
            var reader = new Utf8JsonReader(detail);
            return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() ?? "" : Unknown;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as \uD800, is JSON but no text.
            return Unknown;
        }
    }
}
