using System.Globalization;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>The sentences for what can go wrong with an upstream. They name the endpoint and the provider, never an address or a key.</summary>
internal static class UpstreamFailures
{
    private static ProviderException Unreachable(ProviderCall call, Exception inner) =>
        new(FailureKind.UpstreamUnreachable, $"{Who(call)} could not be reached or closed the connection without an answer.", inner);

    private static ProviderException ConnectTimeout(ProviderCall call, TimeSpan limit, Exception inner) =>
        TimedOut(string.Create(CultureInfo.InvariantCulture, $"{Who(call)} could not be connected to within {limit.TotalSeconds:0.###} seconds."), inner);

    public static ProviderException TooLong(ProviderCall call, TimeSpan limit, Exception inner) =>
        TimedOut(string.Create(CultureInfo.InvariantCulture, $"{Who(call)} did not end its answer within {limit.TotalSeconds:0.###} seconds."), inner);

    public static ProviderException Timeout(ProviderCall call, TimeSpan limit, Exception inner) =>
        TimedOut(string.Create(CultureInfo.InvariantCulture, $"{Who(call)} was silent for {limit.TotalSeconds:0.###} seconds."), inner);

    public static ProviderException BrokenOff(ProviderCall call, Exception? inner = null) =>
        new(FailureKind.UpstreamBrokenOff, $"{Who(call)} broke off its answer.", inner);

    public static ProviderException Unreadable(ProviderCall call, string why, Exception? inner = null) =>
        new(FailureKind.UpstreamUnreadable, $"{Who(call)} gave an answer that cannot be read: {why}.", inner);

    /// <summary>Whether the upstream, and not the client or this program, is to blame for an exception of sending a request.</summary>
    public static bool IsOfSending(Exception exception, UpstreamDeadline deadline) =>
        exception is OperationCanceledException ? deadline.HasPassed || IsConnecting(exception, deadline) : exception is HttpRequestException or IOException;

    public static ProviderException OfSending(
        Exception exception, ProviderCall call, TimeSpan connect, UpstreamDeadline deadline, UpstreamTranslator? translator = null) =>
        exception is not OperationCanceledException ? Unreachable(call, exception)
            : IsConnecting(exception, deadline) ? ConnectTimeout(call, connect, exception)
            : deadline.Failure(call, translator, exception);

    /// <summary>Whether the upstream is to blame for an exception of reading an answer.</summary>
    public static bool IsOfReading(Exception exception, UpstreamDeadline deadline) =>
        exception is OperationCanceledException ? deadline.HasPassed : exception is IOException or HttpRequestException || IsDecoding(exception);

    public static ProviderException OfReading(Exception exception, ProviderCall call, UpstreamDeadline deadline, UpstreamTranslator? translator = null) =>
        exception is OperationCanceledException ? deadline.Failure(call, translator, exception)
            : IsDecoding(exception) ? Encoding(call, exception)
            : BrokenOff(call, exception);

    private static bool IsConnecting(Exception exception, UpstreamDeadline deadline) =>
        exception.InnerException is TimeoutException && !deadline.Token.IsCancellationRequested;

    /// <summary>Whether this is what the decoders of compressed bodies throw; they do not agree on one type.</summary>
    private static bool IsDecoding(Exception exception) => exception is InvalidDataException or InvalidOperationException;

    private static ProviderException Encoding(ProviderCall call, Exception inner) => Unreadable(call, "it does not match its Content-Encoding", inner);

    public static ProviderException ContentType(HttpResponseMessage response) =>
        new(FailureKind.UpstreamUnreadable, $"The returned data type from the route service is not supported. Received content type: {response.Content.Headers.ContentType?.ToString() ?? "None"}")
        {
            RetryAfter = UpstreamErrorTable.RetryAfter(response),
        };

    /// <summary>For JSON of another kind than was asked for: often it is an error in disguise.</summary>
    public static ProviderException ReportedOr(ReadOnlyMemory<byte> body, ProviderCall call, UnexpectedShapeException unexpected)
    {
        try
        {
            if (UpstreamError.Find(body) is { } error)
            {
                return Reported(call, error);
            }
        }
        catch (JsonException)
        {
            // The wrong shape was found first, and is the better word for it.
        }
        return Unreadable(call, unexpected.Message, unexpected);
    }

    public static ProviderException Reported(ProviderCall call, UpstreamError error) =>
        new(FailureKind.UpstreamReportedError, $"{Who(call)} reported an error: {error.Text}") { EventType = error.Type ?? "upstream_error" };

    private static ProviderException TimedOut(string message, Exception inner) => new(FailureKind.UpstreamTimeout, message, inner) { EventType = "timeout" };

    private static string Who(ProviderCall call) => $"The provider '{call.Endpoint.Model.Provider}' of endpoint '{call.Endpoint.Name}'";
}
