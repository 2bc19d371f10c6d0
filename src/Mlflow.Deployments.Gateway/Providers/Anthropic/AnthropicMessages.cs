using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>One message of a chat as one of Anthropic's.</summary>
internal static class AnthropicMessages
{
    /// <summary>Writes a message; of roles that Anthropic does not know, nothing. System messages stand elsewhere.</summary>
    public static void Write(ChatMessage message, Utf8JsonWriter writer)
    {
        switch (message.Role.Value)
        {
            case "user":
                WriteMessage("user"u8, message, WriteContent, writer);
                break;
            case "assistant" when message.ToolCalls is { Count: > 0 }:
                WriteMessage("assistant"u8, message, WriteToolUses, writer);
                break;
            case "assistant":
                WriteMessage("assistant"u8, message, WriteContent, writer);
                break;
            case "tool":
                WriteMessage("user"u8, message, WriteToolResult, writer);
                break;
        }
    }

    private static void WriteMessage(ReadOnlySpan<byte> role, ChatMessage message, Action<ChatMessage, Utf8JsonWriter> writeContent, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("role"u8, role);
        writeContent(message, writer);
        writer.WriteEndObject();
    }

    private static void WriteContent(ChatMessage message, Utf8JsonWriter writer)
    {
        if (message.Parts is { } parts)
        {
            writer.WriteStartArray("content"u8);
            WriteParts(parts, writer);
            writer.WriteEndArray();
        }
        else if ((message.Content ?? message.Refusal) is { } text)
        {
            writer.WriteString("content"u8, text);
        }
    }

    /// <summary>The text beside the calls comes first; MLflow loses it.</summary>
    private static void WriteToolUses(ChatMessage message, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("content"u8);
        if (message.Parts is { } parts)
        {
            WriteParts(parts, writer);
        }
        else if (message.Content is { Length: > 0 } text)
        {
            WriteText(text, writer);
        }

        foreach (ToolCall call in message.ToolCalls!)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "tool_use"u8);
            writer.WriteString("id"u8, call.Id);
            writer.WriteString("name"u8, call.Function?.Name);
            writer.WritePropertyName("input"u8);
            ChatTools.WriteArguments(call, writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteToolResult(ChatMessage message, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("content"u8);
        writer.WriteStartObject();
        writer.WriteString("type"u8, "tool_result"u8);
        writer.WriteString("tool_use_id"u8, message.ToolCallId);
        WriteContent(message, writer);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteText(string text, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "text"u8);
        writer.WriteString("text"u8, text);
        writer.WriteEndObject();
    }

    private static void WriteParts(IReadOnlyList<ContentPart> parts, Utf8JsonWriter writer)
    {
        foreach (ContentPart part in parts)
        {
            if (part is { Type: "image_url", ImageUrl.Url: { } address })
            {
                WriteImage(address, part, writer);
            }
            else
            {
                JsonSerializer.Serialize(writer, part, DeployJson.Default.ContentPart);
            }
        }
    }

    /// <summary>MLflow passes images as they are, which Anthropic refuses.</summary>
    private static void WriteImage(string address, ContentPart part, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "image"u8);
        writer.WriteStartObject("source"u8);
        if (DataUri.IsOne(address))
        {
            var data = DataUri.Parse(address);
            writer.WriteString("type"u8, "base64"u8);
            writer.WriteString("media_type"u8, data.MediaType);
            writer.WriteString("data"u8, data.Base64);
        }
        else
        {
            writer.WriteString("type"u8, "url"u8);
            writer.WriteString("url"u8, address);
        }

        writer.WriteEndObject();
        // Vendor extensions of a part, cache_control for instance.
        if (part.Extra is { } extra)
        {
            foreach ((string name, JsonElement value) in extra)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}
