using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Reads the body of a request into one pooled buffer.</summary>
internal static class RequestBody
{
    private const int DefaultCapacity = 4096;

    /// <summary>Largest buffer rented on the word of a Content-Length alone; beyond that the buffer grows with what really comes.</summary>
    private const int MaxTrustedLength = 1024 * 1024;

    /// <returns>Null when the request was refused; the answer has been sent.</returns>
    public static async ValueTask<PooledBuffer?> ReadAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!IsJson(request.ContentType) && request.ContentLength != 0)
        {
            await Responses.WriteDetailAsync(
                context, StatusCodes.Status415UnsupportedMediaType, "The body must be JSON; send it with the header Content-Type: application/json.");
            return null;
        }
        var buffer = new PooledBuffer((int)Math.Min((request.ContentLength ?? DefaultCapacity) + 1, MaxTrustedLength));
        try
        {
            int count;
            while ((count = await request.Body.ReadAsync(buffer.GetMemory(1), context.RequestAborted)) > 0)
            {
                buffer.Advance(count);
            }

            (PooledBuffer body, buffer) = (buffer, null!);
            return body;
        }
        catch (BadHttpRequestException e)
        {
            await Responses.WriteDetailAsync(context, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(context) : e.Message);
            return null;
        }
        finally
        {
            buffer?.Dispose();
        }
    }

    /// <summary>
    /// JSON, or no type at all. Other types are refused although the body may well be JSON: they are what a page of
    /// another site can make a browser send without asking.
    /// </summary>
    private static bool IsJson(string? contentType) =>
        string.IsNullOrEmpty(contentType)
        || (MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
            && (type.MediaType.Equals(JsonText.MediaType, StringComparison.OrdinalIgnoreCase)
                || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)));

    private static string TooLarge(HttpContext context)
    {
        long? limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        return FormattableString.Invariant($"The body is too large; this gateway takes up to {limit} bytes.");
    }
}
