using System.Text.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>Reads whole chat answers. Written by hand for the reason of <see cref="ChatChunkReader"/>: half the memory of the serializer, and the same result.</summary>
internal static class ChatResponseReader
{
    /// <exception cref="JsonException">The text is no chat answer.</exception>
    public static ChatResponse? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!FieldReader.Begin(ref reader, JsonTokenType.StartObject))
        {
            return null;
        }

        string? id = null, kind = null, model = null, provider = null;
        long? created = null;
        ChatChoice[] choices = [];
        TokenUsage? usage = null;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                id = FieldReader.ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                kind = FieldReader.ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("created"u8))
            {
                created = FieldReader.ReadInt64OrNull(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                model = FieldReader.ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("provider"u8))
            {
                provider = FieldReader.ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("choices"u8))
            {
                choices = FieldReader.ReadObjects(ref reader, ReadChoice);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                usage = TokenUsageReader.Read(ref reader);
            }
            else
            {
                FieldReader.Keep(ref reader, ref extra);
            }
        }

        FieldReader.End(ref reader);
        return new() { Id = id, Object = kind, Created = created, Model = model, Provider = provider, Choices = choices, Usage = usage, Extra = extra };
    }

    private static ChatChoice ReadChoice(ref Utf8JsonReader reader)
    {
        var index = 0;
        ChatMessage? message = null;
        FinishReason reason = default;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("message"u8))
            {
                message = FieldReader.Begin(ref reader, JsonTokenType.StartObject) ? ReadMessage(ref reader) : null;
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                index = FieldReader.ReadInt32(ref reader);
            }
            else if (reader.ValueTextEquals("finish_reason"u8))
            {
                reader.Read();
                reason = OpenStringConverter<FinishReason>.Read(ref reader);
            }
            else
            {
                FieldReader.Keep(ref reader, ref extra);
            }
        }

        return new() { Index = index, Message = message!, FinishReason = reason, Extra = extra };
    }

    private static ChatMessage ReadMessage(ref Utf8JsonReader reader)
    {
        ChatRole role = default;
        MessageContent content = default;
        IReadOnlyList<ToolCall>? toolCalls = null;
        string? toolCallId = null, refusal = null;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                content = MessageContentConverter.Read(ref reader);
            }
            else if (reader.ValueTextEquals("role"u8))
            {
                reader.Read();
                role = OpenStringConverter<ChatRole>.Read(ref reader);
            }
            else if (reader.ValueTextEquals("tool_calls"u8))
            {
                toolCalls = JsonSerializer.Deserialize(ref reader, DeployJson.Default.IReadOnlyListToolCall);
            }
            else if (reader.ValueTextEquals("refusal"u8))
            {
                refusal = FieldReader.ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("tool_call_id"u8))
            {
                toolCallId = FieldReader.ReadText(ref reader);
            }
            else
            {
                FieldReader.Keep(ref reader, ref extra);
            }
        }

        return new() { Role = role, Body = content, ToolCalls = toolCalls, ToolCallId = toolCallId, Refusal = refusal, Extra = extra };
    }
}
