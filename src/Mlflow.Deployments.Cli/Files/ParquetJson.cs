using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Mlflow.Deployments.Cli.Output;
using Parquet.Schema;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Turns rows of Parquet files into JSON objects: numbers as numbers, times in ISO 8601, bytes as base64, and null for what JSON has no number for.</summary>
internal sealed class ParquetJson
{
    private readonly ArrayBufferWriter<byte> _json = new();

    /// <summary>Refuses columns that have no plain form in JSON.</summary>
    public static void Check(ParquetSchema schema, string path)
    {
        if (schema.Fields.FirstOrDefault(field => field is not DataField { IsArray: false }) is { } nested)
        {
            throw CommandException.Usage($"The column '{nested.Name}' of '{path}' is nested, which JSON Lines cannot keep as it is; give an --output that ends in .parquet.");
        }
    }

    public ReadOnlyMemory<byte> Of(ParquetGroup group, int row)
    {
        _json.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_json, JsonLine.Options);
        writer.WriteStartObject();
        foreach (var column in group.Columns)
        {
            writer.WritePropertyName(column.Field.Name);
            Write(writer, column.ValueAt(row));
        }

        writer.WriteEndObject();
        writer.Flush();
        return _json.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null or float.NaN or float.PositiveInfinity or float.NegativeInfinity or double.NaN or double.PositiveInfinity or double.NegativeInfinity:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case ReadOnlyMemory<char> text:
                writer.WriteStringValue(text.Span);
                break;
            case ReadOnlyMemory<byte> bytes:
                writer.WriteBase64StringValue(bytes.Span);
                break;
            case DateTime or DateOnly or TimeOnly:
                writer.WriteStringValue(((IFormattable)value).ToString("O", CultureInfo.InvariantCulture));
                break;
            case TimeSpan or Guid:
                writer.WriteStringValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            case BigInteger or decimal or sbyte or byte or short or ushort or int or uint or long or ulong or float or double:
                writer.WriteRawValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                throw new NotSupportedException($"There is no JSON for {value.GetType()}.");
        }
    }
}
