using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Json;

/// <summary>
/// Reads a whole number also where a server writes it with a fraction (<c>1700000000.25</c>, Python's <c>time.time()</c>)
/// or as text (protobuf's 64-bit integers).
/// </summary>
internal sealed class LenientInt64Converter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    internal static long Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.TryGetInt64(out var whole) ? whole : Truncate(reader.GetDouble());
        }

        if (reader.TokenType == JsonTokenType.String
            && !reader.HasValueSequence
            && Utf8Parser.TryParse(reader.ValueSpan, out long parsed, out var consumed)
            && consumed == reader.ValueSpan.Length)
        {
            return parsed;
        }

        throw new JsonException($"Expected a whole number, got {reader.TokenType}.");
    }

    private static long Truncate(double value) =>
        value is > -9e18 and < 9e18 ? (long)value : throw new JsonException("A whole number is out of range.");
}
