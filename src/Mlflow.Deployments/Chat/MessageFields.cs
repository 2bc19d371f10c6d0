using System.Text.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>What stands in a message, and in the delta of a chunk, which is a message but for the id of the call that it answers.</summary>
internal readonly record struct MessageFields(
    ChatRole Role, MessageContent Content, IReadOnlyList<ToolCall>? ToolCalls, string? ToolCallId, string? Refusal, IDictionary<string, JsonElement>? Extra)
{
    /// <summary>Where the content stands, quotes included.</summary>
    public Range ContentPlace { get; private init; }

    /// <summary>Reads an object from behind its opening brace.</summary>
    public static MessageFields Read(ref Utf8JsonReader reader, bool isDelta)
    {
        ChatRole role = default;
        MessageContent content = default;
        Range place = default;
        IReadOnlyList<ToolCall>? toolCalls = null;
        string? toolCallId = null, refusal = null;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                content = MessageContentConverter.Read(ref reader);
                place = start..(int)reader.BytesConsumed;
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
            else if (!isDelta && reader.ValueTextEquals("tool_call_id"u8))
            {
                toolCallId = FieldReader.ReadText(ref reader);
            }
            else
            {
                FieldReader.Keep(ref reader, ref extra);
            }
        }

        return new(role, content, toolCalls, toolCallId, refusal, extra) { ContentPlace = place };
    }
}
