using System.Text.Json;
using Microsoft.AspNetCore.StaticFiles;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>What a message holds, as Gemini's parts.</summary>
internal static class GeminiParts
{
    private static readonly FileExtensionContentTypeProvider MediaTypes = new();

    public static void Write(ChatMessage message, Utf8JsonWriter writer)
    {
        bool hasCalls = message.ToolCalls is { Count: > 0 };
        if (message.Parts is { } parts)
        {
            foreach (ContentPart part in parts)
            {
                WritePart(part, writer);
            }
        }
        else if (!hasCalls || message.Content is { Length: > 0 })
        {
            WriteText(message.Content ?? message.Refusal ?? "", writer);
        }

        foreach (ToolCall call in message.ToolCalls ?? [])
        {
            WriteCall(call, writer);
        }
    }

    public static void WriteText(string text, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }

    private static void WritePart(ContentPart part, Utf8JsonWriter writer)
    {
        switch (part)
        {
            case { ImageUrl.Url: { } address } when DataUri.IsOne(address):
                var data = DataUri.Parse(address);
                WriteInline(data.MediaType, data.Base64, writer);
                break;
            case { ImageUrl.Url: { } address }:
                WriteFile(address, writer);
                break;
            case { InputAudio: { } audio }:
                WriteInline($"audio/{audio.Format}", audio.Data ?? "", writer);
                break;
            default:
                WriteText(part.Text ?? "", writer);
                break;
        }
    }

    private static void WriteInline(string mediaType, string base64, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("inlineData"u8);
        writer.WriteString("mimeType"u8, mediaType);
        writer.WriteString("data"u8, base64);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteFile(string address, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("fileData"u8);
        // Vertex AI wants to be told what it will find; the name is all there is to tell it by.
        string path = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri.AbsolutePath : address;
        if (MediaTypes.TryGetContentType(path, out string? mediaType))
        {
            writer.WriteString("mimeType"u8, mediaType);
        }

        writer.WriteString("fileUri"u8, address);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCall(ToolCall call, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionCall"u8);
        if (call.Id is { } id)
        {
            writer.WriteString("id"u8, id);
        }

        writer.WriteString("name"u8, call.Function?.Name);
        writer.WritePropertyName("args"u8);
        ChatTools.WriteArguments(call, writer);
        writer.WriteEndObject();
        GeminiSignature.Write(call, writer);
        writer.WriteEndObject();
    }
}
