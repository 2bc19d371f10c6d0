using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>The messages of a chat as Converse's blocks of content.</summary>
internal static class ConverseMessages
{
    private static readonly string[] ImageFormats = ["png", "jpeg", "gif", "webp"];

    /// <summary>Writes all messages but the system's.</summary>
    /// <exception cref="ProviderException">A part has no form here.</exception>
    public static void Write(IEnumerable<ChatMessage> messages, Utf8JsonWriter writer)
    {
        bool isInResults = false;
        foreach (ChatMessage message in messages)
        {
            bool isResult = message.Role == ChatRole.Tool;
            // All results of one turn belong into one message.
            if (!(isInResults && isResult))
            {
                End(isInResults, writer);
                writer.WriteStartObject();
                writer.WriteString("role"u8, message.Role == ChatRole.Assistant ? "assistant"u8 : "user"u8);
                writer.WriteStartArray("content"u8);
            }

            if (isResult)
            {
                WriteResult(message, writer);
            }
            else
            {
                WriteBlocks(message, writer);
                End(isNeeded: true, writer);
            }

            isInResults = isResult;
        }

        End(isInResults, writer);
    }

    private static void End(bool isNeeded, Utf8JsonWriter writer)
    {
        if (isNeeded)
        {
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private static void WriteResult(ChatMessage message, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("toolResult"u8);
        writer.WriteString("toolUseId"u8, message.ToolCallId);
        writer.WriteStartArray("content"u8);
        WriteContent(message, writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteBlocks(ChatMessage message, Utf8JsonWriter writer)
    {
        IReadOnlyList<ToolCall> calls = message.ToolCalls ?? [];
        // An empty text beside calls is refused.
        if (calls.Count == 0 || !string.IsNullOrEmpty(message.Content) || message.Parts is { Count: > 0 })
        {
            WriteContent(message, writer);
        }

        foreach (ToolCall call in calls)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("toolUse"u8);
            writer.WriteString("toolUseId"u8, call.Id);
            writer.WriteString("name"u8, call.Function?.Name);
            writer.WritePropertyName("input"u8);
            ChatTools.WriteArguments(call, writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    /// <summary>Neighbouring texts are one block; an image stands where it stood.</summary>
    private static void WriteContent(ChatMessage message, Utf8JsonWriter writer)
    {
        if (message.Parts is not { Count: > 0 } parts)
        {
            WriteText(message.Content ?? message.Refusal ?? "", writer);
            return;
        }

        var texts = new List<string>();
        foreach (ContentPart part in parts)
        {
            if (part.Type == "text")
            {
                texts.Add(part.Text ?? "");
                continue;
            }

            FlushTexts();
            if (part is not { Type: "image_url", ImageUrl: { } image })
            {
                throw new ProviderException(FailureKind.RequestRefused, $"A part of the type '{part.Type}' cannot be sent to Amazon Bedrock.");
            }

            WriteImage(image.Url ?? "", writer);
        }

        FlushTexts();

        void FlushTexts()
        {
            if (texts.Count > 0)
            {
                WriteText(string.Join('\n', texts), writer);
                texts.Clear();
            }
        }
    }

    private static void WriteText(string text, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }

    private static void WriteImage(string address, Utf8JsonWriter writer)
    {
        if (!DataUri.IsOne(address))
        {
            throw new ProviderException(
                FailureKind.RequestRefused, "Amazon Bedrock does not fetch images. Send the image itself, as data:image/png;base64,…");
        }

        DataUri image = DataUri.Parse(address);
        string format = image.MediaType.ToLowerInvariant() is var type && type == "image/jpg" ? "jpeg" : type.Replace("image/", "", StringComparison.Ordinal);
        if (!ImageFormats.Contains(format))
        {
            throw new ProviderException(
                FailureKind.RequestRefused, $"Amazon Bedrock takes images as {string.Join(", ", ImageFormats)}. Received: '{image.MediaType}'.");
        }

        writer.WriteStartObject();
        writer.WriteStartObject("image"u8);
        writer.WriteString("format"u8, format);
        writer.WriteStartObject("source"u8);
        writer.WriteString("bytes"u8, image.Base64);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
