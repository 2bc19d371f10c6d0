using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>The messages of a chat as Gemini's turns.</summary>
internal static class GeminiContents
{
    public static void Write(IReadOnlyList<ChatMessage> messages, Utf8JsonWriter writer)
    {
        WriteTurns(messages, writer);
        ChatMessage[] system = [.. messages.Where(x => x.Role == ChatRole.System)];
        if (system.Length == 0)
        {
            return;
        }

        writer.WriteStartObject("system_instruction"u8);
        writer.WriteStartArray("parts"u8);
        foreach (ChatMessage message in system)
        {
            GeminiParts.WriteText(message.Content ?? "", writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTurns(IReadOnlyList<ChatMessage> messages, Utf8JsonWriter writer)
    {
        Dictionary<string, string?> functions = new(StringComparer.Ordinal);
        bool isToolTurn = false;
        writer.WriteStartArray("contents"u8);
        foreach (ChatMessage message in messages)
        {
            bool isTool = message.Role == ChatRole.Tool;
            if (RoleOf(message) is not { } role)
            {
                continue;
            }

            // The results of parallel calls have to stand in one turn: Gemini counts them.
            if (isToolTurn && !isTool)
            {
                End(writer);
            }

            if (!isToolTurn || !isTool)
            {
                writer.WriteStartObject();
                writer.WriteString("role"u8, role);
                writer.WriteStartArray("parts"u8);
            }

            isToolTurn = isTool;
            if (isTool)
            {
                WriteResult(message, functions, writer);
                continue;
            }

            GeminiParts.Write(message, writer);
            foreach (ToolCall call in message.ToolCalls ?? [])
            {
                functions[call.Id ?? ""] = call.Function?.Name;
            }

            End(writer);
        }

        if (isToolTurn)
        {
            End(writer);
        }

        writer.WriteEndArray();
    }

    private static void End(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Roles that Gemini does not know are dropped; system messages stand elsewhere.</summary>
    private static string? RoleOf(ChatMessage message) => message.Role.Value switch
    {
        "user" or "tool" => "user",
        "assistant" => "model",
        _ => null,
    };

    private static void WriteResult(ChatMessage message, Dictionary<string, string?> functions, Utf8JsonWriter writer)
    {
        if (!functions.TryGetValue(message.ToolCallId ?? "", out string? name))
        {
            throw new ProviderException(
                FailureKind.RequestRefused, $"The tool message for '{message.ToolCallId}' answers no earlier tool call. Send the assistant message with its tool_calls too.");
        }

        writer.WriteStartObject();
        writer.WriteStartObject("functionResponse"u8);
        if (message.ToolCallId is { } id)
        {
            writer.WriteString("id"u8, id);
        }

        writer.WriteString("name"u8, name);
        writer.WritePropertyName("response"u8);
        WriteResponse(message.Content ?? "", writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Gemini takes objects only; anything else is wrapped in one.</summary>
    private static void WriteResponse(string content, Utf8JsonWriter writer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content, JsonText.DocumentOptions);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                document.RootElement.WriteTo(writer);
                return;
            }

            writer.WriteStartObject();
            writer.WritePropertyName("result"u8);
            document.RootElement.WriteTo(writer);
        }
        catch (JsonException)
        {
            writer.WriteStartObject();
            writer.WriteString("result"u8, content);
        }

        writer.WriteEndObject();
    }
}
