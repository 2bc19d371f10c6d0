using System.Buffers;
using System.Text.Json;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Writes what was rejected, one JSON object a row: where it stands, the beginning of its text, and why.</summary>
internal sealed class RejectedRows(Stream stream, RowSource source)
{
    private const int ShownText = 100;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public long Count { get; private set; }

    /// <summary>Gets why the first row was rejected.</summary>
    public string? FirstReason { get; private set; }

    public ValueTask AddAsync(InputRow row, string error, CancellationToken cancellationToken)
    {
        Count++;
        FirstReason ??= error;
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer, JsonLine.Options))
        {
            writer.WriteStartObject();
            writer.WriteNumber(source.RowWord, row.Number);
            writer.WriteString("text", row.Text is { } text ? Shortened(text) : null);
            writer.WriteString("error", error);
            writer.WriteEndObject();
        }

        _buffer.Write("\n"u8);
        return stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
    }

    private static string Shortened(string text) => text.Length <= ShownText ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[ShownText - 1]) ? ShownText - 1 : ShownText), "…");
}
