using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Writes JSON Lines: the row's own bytes, with the vector as one more field at the end.</summary>
internal sealed class JsonLinesWriter(Stream stream, string embeddingField) : IRowWriter
{
    private const int BufferSize = 256 << 10;
    private const int LongestNumber = 16; // -1.23456789E-38

    private readonly ArrayBufferWriter<byte> _buffer = new(BufferSize * 2);
    private readonly byte[] _name = NameOf(embeddingField);

    public ValueTask WriteAsync(InputRow row, ReadOnlyMemory<float> vector, CancellationToken cancellationToken = default)
    {
        _buffer.Write(row.Json.Span[..^1].TrimEnd(" \t"u8)); // without the closing brace; the text's field is before it
        _buffer.Write(_name);
        WriteNumbers(vector.Span);
        _buffer.Write("]}\n"u8);
        return _buffer.WrittenCount < BufferSize ? ValueTask.CompletedTask : FlushAsync(cancellationToken);
    }

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => FlushAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void WriteNumbers(ReadOnlySpan<float> vector)
    {
        var place = _buffer.GetSpan(vector.Length * (LongestNumber + 1));
        var written = 0;
        for (var i = 0; i < vector.Length; i++)
        {
            if (i > 0)
            {
                place[written++] = (byte)',';
            }

            // The shortest text that reads back as the same float.
            vector[i].TryFormat(place[written..], out var length, default, CultureInfo.InvariantCulture);
            written += length;
        }

        _buffer.Advance(written);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        _buffer.ResetWrittenCount();
    }

    private static byte[] NameOf(string field)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(","u8);
        using (var writer = new Utf8JsonWriter(buffer, JsonLine.Options with { SkipValidation = true }))
        {
            writer.WriteStringValue(field);
        }

        buffer.Write(":["u8);
        return buffer.WrittenSpan.ToArray();
    }
}
