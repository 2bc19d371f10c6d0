using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mlflow.Deployments.Telemetry;

/// <summary>Writes prompts and answers in the form of OpenTelemetry's conventions: messages with a role and parts, as one JSON text.</summary>
internal static class MessageWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the messages, or the prompt, of a request; null when it has neither.</summary>
    public static string? Input(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (request.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array)
        {
            return Write(writer =>
            {
                foreach (var message in messages.EnumerateArray().Where(message => message.ValueKind == JsonValueKind.Object))
                {
                    WriteMessage(writer, message, finishReason: null);
                }
            });
        }

        return request.TryGetProperty("prompt", out var prompt) ? Write(writer => WriteTexts(writer, "user", prompt)) : null;
    }

    /// <summary>Returns the messages of an answer; null when it has no choices.</summary>
    public static string? Output(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return Write(writer =>
        {
            foreach (var choice in choices.EnumerateArray().Where(choice => choice.ValueKind == JsonValueKind.Object))
            {
                var reason = choice.TryGetProperty("finish_reason", out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
                if (choice.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object)
                {
                    WriteMessage(writer, message, reason);
                }
                else if (choice.TryGetProperty("text", out var text))
                {
                    WriteTexts(writer, "assistant", text, reason);
                }
            }
        });
    }

    /// <summary>Returns an answer of which only the texts are known.</summary>
    public static string Output(IEnumerable<string> texts) => Write(writer =>
    {
        foreach (var text in texts)
        {
            BeginMessage(writer, "assistant");
            WriteText(writer, text);
            EndMessage(writer, finishReason: null);
        }
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options))
        {
            writer.WriteStartArray();
            write(writer);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void WriteMessage(Utf8JsonWriter writer, JsonElement message, string? finishReason)
    {
        var role = message.TryGetProperty("role", out var found) && found.ValueKind == JsonValueKind.String ? found.GetString()! : "assistant";
        BeginMessage(writer, role);
        if (message.TryGetProperty("tool_call_id", out var id) && message.TryGetProperty("content", out var result))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "tool_call_response");
            WriteProperty(writer, "id", id);
            WriteProperty(writer, "response", result);
            writer.WriteEndObject();
        }
        else if (message.TryGetProperty("content", out var content))
        {
            WriteContent(writer, content);
        }

        if (message.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            foreach (var call in calls.EnumerateArray().Where(call => call.ValueKind == JsonValueKind.Object))
            {
                WriteToolCall(writer, call);
            }
        }

        EndMessage(writer, finishReason);
    }

    private static void WriteContent(Utf8JsonWriter writer, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            WriteText(writer, content.GetString()!);
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in content.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object))
            {
                if (part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                {
                    WriteText(writer, text.GetString()!);
                }
                else
                {
                    part.WriteTo(writer); // images and audio, as they are sent; the type is there
                }
            }
        }
    }

    private static void WriteToolCall(Utf8JsonWriter writer, JsonElement call)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "tool_call");
        if (call.TryGetProperty("id", out var id))
        {
            WriteProperty(writer, "id", id);
        }

        if (call.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in (ReadOnlySpan<string>)["name", "arguments"])
            {
                if (function.TryGetProperty(name, out var value))
                {
                    WriteProperty(writer, name, value);
                }
            }
        }

        writer.WriteEndObject();
    }

    // A prompt, or one for each answer; token numbers are no text.
    private static void WriteTexts(Utf8JsonWriter writer, string role, JsonElement texts, string? finishReason = null)
    {
        foreach (var text in texts.ValueKind == JsonValueKind.Array ? texts.EnumerateArray().ToArray() : [texts])
        {
            if (text.ValueKind == JsonValueKind.String)
            {
                BeginMessage(writer, role);
                WriteText(writer, text.GetString()!);
                EndMessage(writer, finishReason);
            }
        }
    }

    private static void BeginMessage(Utf8JsonWriter writer, string role)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteStartArray("parts");
    }

    private static void EndMessage(Utf8JsonWriter writer, string? finishReason)
    {
        writer.WriteEndArray();
        if (finishReason is not null)
        {
            writer.WriteString("finish_reason", finishReason);
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("content", text);
        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }
}
