using System.Text.Json;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>Texts to embed, in Gemini's form: one alone, or a batch.</summary>
internal static class GeminiEmbeddingRequest
{
    public static bool IsBatch(ProviderCall call) => Texts(call).Count != 1;

    public static void Write(ProviderCall call, string model, Utf8JsonWriter writer)
    {
        IReadOnlyList<string> texts = Texts(call);
        if (texts.Count == 1)
        {
            WriteContent(texts[0], writer);
            return;
        }

        writer.WriteStartArray("requests"u8);
        foreach (string text in texts)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, $"models/{model}");
            WriteContent(text, writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static IReadOnlyList<string> Texts(ProviderCall call)
    {
        EmbeddingInput input = call.ReadEmbedding().Input;
        return input.Texts
            ?? (input.Text is { } text ? [text]
                : throw new ProviderException(FailureKind.RequestRefused, "Gemini embeds texts, not token numbers; send 'input' as a text or a list of texts."));
    }

    private static void WriteContent(string text, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("content"u8);
        writer.WriteStartArray("parts"u8);
        GeminiParts.WriteText(text, writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
