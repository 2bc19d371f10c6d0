using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>What a JSON body says about an error: <c>{"error": {"message", "type"}}</c> or <c>{"error": "text"}</c>.</summary>
internal sealed record UpstreamError(byte[]? Message, string Text, string? Type)
{
    /// <summary>Reads the error of a body.</summary>
    /// <returns>Null when the body has no <c>error</c>.</returns>
    /// <exception cref="JsonException">The body is not JSON, or a text in it is none.</exception>
    public static UpstreamError? Find(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body, JsonText.DocumentOptions);
        try
        {
            return Find(document);
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, written as \uD800, is JSON but no text.
            throw new JsonException("A text of the error is not valid.", e);
        }
    }

    /// <summary>Reads the data of an event of the type <c>error</c>, whatever they are: it is an error by its type.</summary>
    public static UpstreamError FromEvent(ReadOnlyMemory<byte> data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data, JsonText.DocumentOptions);
            return Find(document) ?? FromElement(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new UpstreamError(Message: null, Encoding.UTF8.GetString(data.Span), Type: null);
        }
    }

    private static UpstreamError? Find(JsonDocument document)
    {
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("error"u8, out JsonElement error)
            || error.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        return FromElement(error);
    }

    private static UpstreamError FromElement(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.String)
        {
            return FromMessage(error, type: null);
        }

        if (error.ValueKind != JsonValueKind.Object)
        {
            return new UpstreamError(Message: null, error.GetRawText(), Type: null);
        }

        string? type = error.TryGetProperty("type"u8, out JsonElement element) && element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        return error.TryGetProperty("message"u8, out JsonElement message) && message.ValueKind != JsonValueKind.Null
            ? FromMessage(message, type)
            : new UpstreamError(Message: null, error.GetRawText(), type);
    }

    private static UpstreamError FromMessage(JsonElement message, string? type) =>
        new(Encoding.UTF8.GetBytes(message.GetRawText()), message.ValueKind == JsonValueKind.String ? message.GetString()! : message.GetRawText(), type);
}
