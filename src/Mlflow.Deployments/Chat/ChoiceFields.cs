using System.Text.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>What stands in a choice of an answer, and in that of a chunk: they differ in the name of what was said.</summary>
internal readonly record struct ChoiceFields(int Index, MessageFields? Message, FinishReason FinishReason, IDictionary<string, JsonElement>? Extra)
{
    /// <summary>Reads an object from behind its opening brace.</summary>
    public static ChoiceFields Read(ref Utf8JsonReader reader, bool isChunk)
    {
        var messageName = isChunk ? "delta"u8 : "message"u8;
        var index = 0;
        MessageFields? message = null;
        FinishReason reason = default;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals(messageName))
            {
                message = FieldReader.Begin(ref reader, JsonTokenType.StartObject) ? MessageFields.Read(ref reader, isDelta: isChunk) : null;
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

        return new(index, message, reason, extra);
    }
}
