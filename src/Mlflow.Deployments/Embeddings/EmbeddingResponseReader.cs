using System.Text.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Embeddings;

/// <summary>Reads the answer of an embeddings endpoint from one piece of memory, with the vectors on a path of their own (<see cref="FloatListReader"/>).</summary>
internal static class EmbeddingResponseReader
{
    public static EmbeddingResponse? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        if (!FieldReader.Begin(ref reader, JsonTokenType.StartObject))
        {
            return null;
        }

        string? kind = null, model = null;
        List<Embedding> data = [];
        TokenUsage? usage = null;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("data"u8))
            {
                data = ReadData(ref reader, ref json);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                kind = FieldReader.ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("model"u8))
            {
                model = FieldReader.ReadText(ref reader);
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
        return new() { Object = kind, Data = data, Model = model, Usage = usage, Extra = extra };
    }

    private static List<Embedding> ReadData(ref Utf8JsonReader reader, ref ReadOnlySpan<byte> json)
    {
        if (!FieldReader.Begin(ref reader, JsonTokenType.StartArray))
        {
            return [];
        }

        var data = new List<Embedding>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            data.Add(ReadEmbedding(ref reader, ref json, data.Count > 0 ? data[^1].Vector.Length : 0));
        }

        return data;
    }

    private static Embedding ReadEmbedding(ref Utf8JsonReader reader, ref ReadOnlySpan<byte> json, int expectedLength)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw FieldReader.Unexpected(ref reader, "an object as embedding");
        }

        string? kind = null;
        var index = 0;
        ReadOnlyMemory<float> vector = default;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("embedding"u8))
            {
                vector = ReadVector(ref reader, ref json, expectedLength);
            }
            else if (reader.ValueTextEquals("index"u8))
            {
                index = FieldReader.ReadInt32(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                kind = FieldReader.ReadText(ref reader);
            }
            else
            {
                FieldReader.Keep(ref reader, ref extra);
            }
        }

        return new() { Object = kind, Index = index, Vector = vector, Extra = extra };
    }

    private static float[] ReadVector(ref Utf8JsonReader reader, ref ReadOnlySpan<byte> json, int expectedLength)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return EmbeddingVectorConverter.FromBase64(ref reader);
        }

        // The list is read beside the reader, which then goes on at the closing bracket as if the list were empty.
        var rest = json[(int)reader.BytesConsumed..];
        var vector = FloatListReader.Read(rest, expectedLength, out var end);
        json = rest[end..];
        reader = new Utf8JsonReader(json, isFinalBlock: true, reader.CurrentState);
        reader.Read();
        return vector;
    }
}
