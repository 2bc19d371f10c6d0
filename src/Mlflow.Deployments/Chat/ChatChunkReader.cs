using System.Text.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>
/// Reads the chunks of one stream. Written by hand because chunks come by the thousand: the serializer takes twice the time and three times the
/// memory, mostly for texts that repeat. What it gives is the same; a test compares the two.
/// </summary>
internal sealed class ChatChunkReader
{
    private readonly RepeatedText _id = new();
    private readonly RepeatedText _object = new();
    private readonly RepeatedText _model = new();
    private readonly RepeatedText _provider = new();
    private readonly ChunkTemplate _template = new();
    private readonly FieldReader.ObjectReader<ChatChunkChoice> _readChoice;
    private Range _contentPlace;

    public ChatChunkReader() => _readChoice = ReadChoice;

    /// <exception cref="JsonException">The text is no chunk.</exception>
    public ChatChunk Read(ReadOnlySpan<byte> json)
    {
        if (_template.Read(json) is { } alike)
        {
            return alike;
        }

        var chunk = ReadFields(json);
        if (chunk.Choices is [{ Delta.Content: not null }])
        {
            _template.Learn(json, chunk, (_contentPlace.Start.Value + 1)..(_contentPlace.End.Value - 1));
        }

        return chunk;
    }

    private ChatChunk ReadFields(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!FieldReader.Begin(ref reader, JsonTokenType.StartObject))
        {
            throw FieldReader.Unexpected(ref reader, "an object");
        }

        string? id = null, kind = null, model = null, provider = null;
        long? created = null;
        ChatChunkChoice[] choices = [];
        TokenUsage? usage = null;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("choices"u8))
            {
                choices = FieldReader.ReadObjects(ref reader, _readChoice);
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                id = _id.Read(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                kind = _object.Read(ref reader);
            }
            else if (reader.ValueTextEquals("created"u8))
            {
                created = FieldReader.ReadInt64OrNull(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                model = _model.Read(ref reader);
            }
            else if (reader.ValueTextEquals("provider"u8))
            {
                provider = _provider.Read(ref reader);
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

    private ChatChunkChoice ReadChoice(ref Utf8JsonReader reader)
    {
        var choice = ChoiceFields.Read(ref reader, isChunk: true);
        _contentPlace = choice.Message?.ContentPlace ?? default;
        return new()
        {
            Index = choice.Index,
            FinishReason = choice.FinishReason,
            Extra = choice.Extra,
            Delta = choice.Message is not { } delta ? null!
                : new() { Role = delta.Role, Body = delta.Content, ToolCalls = delta.ToolCalls, Refusal = delta.Refusal, Extra = delta.Extra },
        };
    }
}
