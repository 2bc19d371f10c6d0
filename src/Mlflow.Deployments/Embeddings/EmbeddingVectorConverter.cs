using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Embeddings;

/// <summary>Reads a vector from a list of numbers or from base64 of little-endian float32, and writes a list of numbers.</summary>
internal sealed class EmbeddingVectorConverter : JsonConverter<ReadOnlyMemory<float>>
{
    private const int FirstGuess = 1536;

    public override ReadOnlyMemory<float> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => FromBase64(ref reader),
        JsonTokenType.StartArray => FromNumbers(ref reader),
        _ => throw new JsonException($"Expected a list of numbers or base64 as embedding, got {reader.TokenType}."),
    };

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<float> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var number in value.Span)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static float[] FromNumbers(ref Utf8JsonReader reader)
    {
        var rented = ArrayPool<float>.Shared.Rent(FirstGuess);
        try
        {
            var count = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out var number))
                {
                    throw new JsonException($"Expected a number in an embedding, got {reader.TokenType}.");
                }

                if (count == rented.Length)
                {
                    var larger = ArrayPool<float>.Shared.Rent(count * 2);
                    rented.CopyTo(larger, 0);
                    ArrayPool<float>.Shared.Return(rented);
                    rented = larger;
                }

                rented[count++] = number;
            }

            return rented.AsSpan(0, count).ToArray();
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    // Straight into the result: no string, no copy. Escaped text (a slash as \/) is legal JSON and takes the slow path.
    internal static float[] FromBase64(ref Utf8JsonReader reader)
    {
        var text = reader.HasValueSequence || reader.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        var padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        var byteCount = (text.Length / 4 * 3) - padding;
        if (text.Length % 4 != 0 || byteCount % sizeof(float) != 0)
        {
            throw new JsonException("A base64 embedding is not a whole number of 32-bit floats.");
        }

        var vector = GC.AllocateUninitializedArray<float>(byteCount / sizeof(float));
        if (Base64.DecodeFromUtf8(text, MemoryMarshal.AsBytes(vector.AsSpan()), out _, out var written) != OperationStatus.Done || written != byteCount)
        {
            throw new JsonException("An embedding is a text, but not base64.");
        }

        if (!BitConverter.IsLittleEndian)
        {
            var words = MemoryMarshal.Cast<float, int>(vector.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return vector;
    }
}
