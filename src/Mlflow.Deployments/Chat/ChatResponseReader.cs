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
        var choice = ChoiceFields.Read(ref reader, isChunk: false);
        return new()
        {
            Index = choice.Index,
            FinishReason = choice.FinishReason,
            Extra = choice.Extra,
            Message = choice.Message is not { } said ? null!
                : new() { Role = said.Role, Body = said.Content, ToolCalls = said.ToolCalls, ToolCallId = said.ToolCallId, Refusal = said.Refusal, Extra = said.Extra },
        };
    }
}
