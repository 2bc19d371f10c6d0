using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Cli.Output;
using nietras.SeparatedValues;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Reads CSV and TSV: names in the first line, values in quotes may have line ends and doubled quotes in them (RFC 4180).</summary>
internal sealed class CsvRowReader : IRowReader
{
    // Stands for bytes that are no UTF-8; a code point that no text may have, since Unicode keeps it for such uses.
    private const char Broken = '\uFDD0';

    private readonly FileStream _stream;
    private readonly SepReader _reader;
    private readonly RowSource _source;
    private readonly string[] _names;
    private readonly int _column;
    private readonly bool _withFields;
    private readonly ArrayBufferWriter<byte> _json = new();

    private CsvRowReader(FileStream stream, SepReader reader, RowSource source, bool withFields)
    {
        (_stream, _reader, _source, _withFields) = (stream, reader, source, withFields);
        _names = [.. reader.Header.ColNames];
        _column = Array.IndexOf(_names, source.Field);
    }

    public double Share => _stream.Length == 0 ? 1 : (double)_stream.Position / _stream.Length;

    public static async ValueTask<CsvRowReader> OpenAsync(FileStream stream, RowSource source, bool withFields, CancellationToken cancellationToken)
    {
        var separator = new Sep(source.Separator ?? (source.Format == FileFormat.Tsv ? '\t' : ','));
        var text = new StreamReader(stream, Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(Broken.ToString())), detectEncodingFromByteOrderMarks: true, bufferSize: 64 << 10);
        SepReader? reader = null;
        try
        {
            reader = await separator.Reader(options => options with { Unescape = true, DisableColCountCheck = true, CultureInfo = CultureInfo.InvariantCulture })
                .FromAsync(text, cancellationToken);
            var csv = new CsvRowReader(stream, reader, source, withFields);
            return csv._column < 0 ? throw Missing(csv._names)
                : csv._names.Contains(source.EmbeddingField, StringComparer.Ordinal)
                    ? throw CommandException.Usage($"'{source.Path}' has a column '{source.EmbeddingField}' already; give the vectors another name with --embedding-field.")
                : csv;
        }
        catch (Exception e)
        {
            reader?.Dispose();
            text.Dispose();
            throw e is ArgumentException or NotSupportedException or InvalidDataException
                ? CommandException.Usage($"'{source.Path}' cannot be read as {FileFormats.NameOf(source.Format)}: {e.Message.TrimEnd('.')}. Its first line must have the names of its columns, each once.")
                : e;
        }

        CommandException Missing(string[] names) => CommandException.Usage(names.Length == 0
            ? $"'{source.Path}' has no first line with the names of its columns."
            : $"'{source.Path}' has no column '{source.Field}', but {string.Join(", ", names.Take(20).Select(name => $"'{name}'"))}; name it with --column.");
    }

    public async IAsyncEnumerable<InputRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await NextAsync(cancellationToken))
        {
            if (_reader.Current.Span.Length > 0) // an empty line is no row
            {
                yield return Current();
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return _stream.DisposeAsync();
    }

    private async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _reader.MoveNextAsync(cancellationToken);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidDataException)
        {
            throw new CommandException($"'{_source.Path}' cannot be read as {FileFormats.NameOf(_source.Format)}; a quote may be left open: {e.Message}");
        }
    }

    private InputRow Current()
    {
        var row = _reader.Current;
        var isOpen = row.Span.Count('"') % 2 == 1; // then all that follows was taken into one value
        var text = !isOpen && row.ColCount == _names.Length ? row[_column].ToString() : null;
        var problem = isOpen ? "has a quote that is left open, up to the end of the file"
            : text is null ? $"has {row.ColCount} values for {_names.Length} columns"
            : row.Span.Contains(Broken) ? "is not valid UTF-8"
            : text.Length == 0 ? $"has an empty text in '{_source.Field}'"
            : null;
        return new()
        {
            Number = row.LineNumberFrom,
            Problem = problem,
            Text = problem is null ? text : null,
            Json = problem is null && _withFields ? Json(row) : default,
        };
    }

    private ReadOnlyMemory<byte> Json(SepReader.Row row)
    {
        _json.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_json, JsonLine.Options);
        writer.WriteStartObject();
        for (var i = 0; i < _names.Length; i++)
        {
            writer.WriteString(_names[i], row[i].Span);
        }

        writer.WriteEndObject();
        writer.Flush();
        return _json.WrittenMemory;
    }
}
