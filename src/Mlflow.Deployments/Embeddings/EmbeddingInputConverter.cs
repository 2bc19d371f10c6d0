using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Embeddings;

/// <summary>Reads and writes the four forms of <see cref="EmbeddingInput"/>. An empty list is read as no texts.</summary>
internal sealed class EmbeddingInputConverter : JsonConverter<EmbeddingInput>
{
    public override EmbeddingInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new(reader.GetString()!);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException($"Expected a text or a list as input, got {reader.TokenType}.");
        }

        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.EndArray => new(Array.Empty<string>()),
            JsonTokenType.String => new(ReadTexts(ref reader)),
            JsonTokenType.Number => new(ReadTokens(ref reader)),
            _ => new(ReadTokenLists(ref reader)),
        };
    }

    public override void Write(Utf8JsonWriter writer, EmbeddingInput value, JsonSerializerOptions options)
    {
        if (value.Text is { } text)
        {
            writer.WriteStringValue(text);
            return;
        }

        writer.WriteStartArray();
        foreach (var item in value.Texts ?? [])
        {
            writer.WriteStringValue(item);
        }

        WriteTokens(writer, value.Tokens ?? []);
        foreach (var list in value.TokenLists ?? [])
        {
            writer.WriteStartArray();
            WriteTokens(writer, list);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static void WriteTokens(Utf8JsonWriter writer, IReadOnlyList<int> tokens)
    {
        foreach (var token in tokens)
        {
            writer.WriteNumberValue(token);
        }
    }

    private static List<string> ReadTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            texts.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException($"Expected a text in input, got {reader.TokenType}."));
        }

        return texts;
    }

    private static List<int> ReadTokens(ref Utf8JsonReader reader)
    {
        var tokens = new List<int>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            tokens.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var token) ? token : throw new JsonException($"Expected a token id in input, got {reader.TokenType}."));
        }

        return tokens;
    }

    private static List<IReadOnlyList<int>> ReadTokenLists(ref Utf8JsonReader reader)
    {
        var lists = new List<IReadOnlyList<int>>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonException($"Expected a list of token ids in input, got {reader.TokenType}.");
            }

            reader.Read();
            lists.Add(ReadTokens(ref reader));
        }

        return lists;
    }
}
