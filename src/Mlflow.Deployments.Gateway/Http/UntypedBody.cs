using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Tells by its fields what a body asks for.</summary>
internal static class UntypedBody
{
    /// <returns>Null for a JSON object that asks for neither; any other body counts as the <paramref name="fallback"/>, whose check tells what is wrong with it.</returns>
    public static Operation? Find(ReadOnlySpan<byte> body, Operation fallback)
    {
        var reader = new Utf8JsonReader(body.StartsWith("\uFEFF"u8) ? body[3..] : body, JsonText.ReaderOptions);
        bool hasInput = false;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return fallback;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("messages"u8))
                {
                    return Operation.Chat;
                }

                hasInput |= reader.ValueTextEquals("input"u8);
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or the name of a field is no text, like half of a surrogate pair written as \uD800.
            return fallback;
        }
        return hasInput ? Operation.Embeddings : null;
    }
}
