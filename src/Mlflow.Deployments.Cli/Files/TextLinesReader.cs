using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Reads a file of texts, one a line. An empty line is a row that has no text, so that rows and lines stay together.</summary>
internal sealed class TextLinesReader(Stream stream, RowSource source, bool withFields) : IRowReader
{
    private readonly LineReader _lines = new(stream, source.Path);
    private readonly ArrayBufferWriter<byte> _json = new();

    public double Share => _lines.Share;

    public async IAsyncEnumerable<InputRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await _lines.NextAsync(cancellationToken) is { } line)
        {
            var problem = line.Length == 0 ? "is empty" : Utf8.IsValid(line.Span) ? null : "is not valid UTF-8";
            yield return new()
            {
                Number = _lines.Number,
                Problem = problem,
                Text = problem is null ? Encoding.UTF8.GetString(line.Span) : null,
                Json = withFields && problem is null ? Json(line.Span) : default,
            };
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private ReadOnlyMemory<byte> Json(ReadOnlySpan<byte> text)
    {
        _json.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_json, JsonLine.Options);
        writer.WriteStartObject();
        writer.WriteString(source.Field, text);
        writer.WriteEndObject();
        writer.Flush();
        return _json.WrittenMemory;
    }
}
