using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>The words of Amazon's services for what went wrong.</summary>
internal static class AmazonErrors
{
    /// <summary>An error that came inside a stream: the status that it would have had without one, and its message.</summary>
    public static ProviderException FromMessage(ProviderCall call, string type, string? text, ReadOnlySpan<byte> payload)
    {
        string message = text ?? MessageOf(payload) ?? $"The provider '{call.Endpoint.Model.Provider}' of endpoint '{call.Endpoint.Name}' reported '{type}'.";
        return ProviderException.FromStatus(StatusOf(type), JsonText.Encode(message), eventType: type.Length > 0 ? type : "upstream_error");
    }

    /// <summary>The <c>message</c> of an error's JSON, in either spelling; null when it has none.</summary>
    public static string? MessageOf(ReadOnlySpan<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(body), JsonText.DocumentOptions);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            foreach (string name in (string[])["message", "Message"])
            {
                if (document.RootElement.TryGetProperty(name, out JsonElement message) && message.ValueKind == JsonValueKind.String)
                {
                    return message.GetString();
                }
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half of a surrogate pair: no text in either case.
            return null;
        }
    }

    // In streams the names begin with a small letter, as error codes with a large one.
    private static int StatusOf(string type) => type.ToLowerInvariant() switch
    {
        "validationexception" => StatusCodes.Status400BadRequest,
        "accessdeniedexception" => StatusCodes.Status403Forbidden,
        "resourcenotfoundexception" => StatusCodes.Status404NotFound,
        "modeltimeoutexception" => StatusCodes.Status408RequestTimeout,
        "modelstreamerrorexception" or "modelerrorexception" => StatusCodes.Status424FailedDependency,
        "throttlingexception" or "modelnotreadyexception" or "servicequotaexceededexception" => StatusCodes.Status429TooManyRequests,
        "internalserverexception" or "internalfailure" => StatusCodes.Status500InternalServerError,
        "serviceunavailableexception" => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status502BadGateway,
    };
}
