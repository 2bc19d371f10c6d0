using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Cohere;

/// <summary>A chat in Cohere's form: the last message, and what was said before.</summary>
internal static class CohereChatRequest
{
    /// <summary>Cohere's temperatures end at 5, ours at 2.</summary>
    public const double TemperatureScale = 2.5;

    public static void Write(ChatRequest request, RequestFields fields, Utf8JsonWriter writer)
    {
        if (request.N is not (null or 1))
        {
            throw Refuse($"Parameter n is not supported for Cohere chat: it must be 1. Received value: {request.N}.");
        }

        if (fields.Has("stop"))
        {
            throw Refuse("Parameter stop is not supported for Cohere chat; leave it out.");
        }

        ChatMessage last = request.Messages[^1];
        if (last.Role != ChatRole.User)
        {
            throw Refuse("The last message must be from the user, for Cohere chat.");
        }

        writer.WriteString("message"u8, last.Content);
        WriteHistory([.. request.Messages.SkipLast(1)], fields, writer);
        fields.Scale(writer, "temperature", TemperatureScale);
        fields.Drop("messages", "n", "message");
    }

    private static void WriteHistory(ChatMessage[] earlier, RequestFields fields, Utf8JsonWriter writer)
    {
        string?[] preamble = [.. earlier.Where(x => x.Role == ChatRole.System).Select(x => x.Content)];
        if (preamble.Length > 0)
        {
            writer.WriteString("preamble_override"u8, string.Join('\n', preamble));
            fields.Drop("preamble_override");
        }

        ChatMessage[] spoken = [.. earlier.Where(x => RoleOf(x) is not null)];
        if (spoken.Length == 0)
        {
            return;
        }

        writer.WriteStartArray("chat_history"u8);
        foreach (ChatMessage message in spoken)
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, RoleOf(message));
            writer.WriteString("message"u8, message.Content ?? message.Refusal);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        fields.Drop("chat_history");
    }

    private static string? RoleOf(ChatMessage message) => message.Role.Value switch
    {
        "user" => "USER",
        "assistant" => "CHATBOT",
        _ => null,
    };

    private static ProviderException Refuse(string message) => new(FailureKind.RequestRefused, message);
}
