using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>Turns an upstream's error status into what the client gets.</summary>
internal static class UpstreamErrorTable
{
    public static ProviderException Translate(ProviderCall call, HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isJson)
    {
        int status = (int)response.StatusCode;
        return ProviderException.FromStatus(status, Detail(call, response, body, isJson), RetryAfter(response));
    }

    /// <summary>When the provider wants to be asked again; of an error only.</summary>
    public static string? RetryAfter(HttpResponseMessage response) =>
        (int)response.StatusCode >= StatusCodes.Status400BadRequest
        && response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null;

    private static byte[] Detail(ProviderCall call, HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isJson)
    {
        if (!isJson)
        {
            return Encoding.UTF8.GetBytes($$"""{"message":{{Encoding.UTF8.GetString(JsonText.Encode(Encoding.UTF8.GetString(body.Span)))}}}""");
        }

        try
        {
            UpstreamError? error = UpstreamError.Find(body);
            if (error is null)
            {
                return body.ToArray();
            }

            if (error.Message is not null)
            {
                return error.Message;
            }

            return JsonText.Encode(response.ReasonPhrase is { Length: > 0 } phrase ? phrase : ReasonPhrases.GetReasonPhrase((int)response.StatusCode));
        }
        catch (JsonException e)
        {
            throw UpstreamFailures.Unreadable(call, $"status {(int)response.StatusCode} with a body that is not JSON", e);
        }
    }
}
