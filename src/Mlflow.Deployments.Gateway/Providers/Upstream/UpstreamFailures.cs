using System.Globalization;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>The sentences for what can go wrong with an upstream. They name the endpoint and the provider, never an address or a key.</summary>
internal static class UpstreamFailures
{
    public static ProviderException Unreachable(ProviderCall call, Exception inner) =>
        new(FailureKind.UpstreamUnreachable, $"{Who(call)} could not be reached or closed the connection without an answer.", inner);

    public static ProviderException Timeout(ProviderCall call, TimeSpan limit, Exception inner) =>
        new(FailureKind.UpstreamTimeout, string.Create(CultureInfo.InvariantCulture, $"{Who(call)} was silent for {limit.TotalSeconds:0.###} seconds."), inner)
        {
            EventType = "timeout",
        };

    public static ProviderException BrokenOff(ProviderCall call, Exception? inner = null) =>
        new(FailureKind.UpstreamBrokenOff, $"{Who(call)} broke off its answer.", inner);

    public static ProviderException Unreadable(ProviderCall call, string why, Exception? inner = null) =>
        new(FailureKind.UpstreamUnreadable, $"{Who(call)} gave an answer that cannot be read: {why}.", inner);

    /// <summary>Whether this is what the decoders of compressed bodies throw; they do not agree on one type.</summary>
    public static bool IsDecoding(Exception exception) => exception is InvalidDataException or InvalidOperationException;

    public static ProviderException Encoding(ProviderCall call, Exception inner) => Unreadable(call, "it does not match its Content-Encoding", inner);

    public static ProviderException ContentType(string? contentType) =>
        new(FailureKind.UpstreamUnreadable, $"The returned data type from the route service is not supported. Received content type: {contentType ?? "None"}");

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

    private static string Who(ProviderCall call) => $"The provider '{call.Endpoint.Model.Provider}' of endpoint '{call.Endpoint.Name}'";
}
