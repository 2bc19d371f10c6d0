using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Reads a Parquet file, a row group at a time: memory goes by its largest row group.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    private readonly FileStream _stream;
    private readonly ParquetReader _reader;
    private readonly RowSource _source;
    private readonly DataField _text;
    private readonly bool _withFields;
    private double _share;

    private ParquetRowReader(FileStream stream, ParquetReader reader, RowSource source, DataField text, bool withFields) =>
        (_stream, _reader, _source, _text, _withFields) = (stream, reader, source, text, withFields);

    public double Share => _share;

    /// <summary>Gets what the columns are.</summary>
    public ParquetSchema Schema => _reader.Schema;

    /// <summary>Gets what the file's writer noted, for example pandas' types.</summary>
    public IReadOnlyDictionary<string, string> Notes => _reader.CustomMetadata;

    public static async ValueTask<ParquetRowReader> OpenAsync(FileStream stream, RowSource source, bool withFields, CancellationToken cancellationToken)
    {
        try
        {
            var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken);
            return new(stream, reader, source, TextField(reader.Schema, source), withFields);
        }
        catch (Exception e) when (e is not (OperationCanceledException or CommandException))
        {
            await stream.DisposeAsync();
            throw new CommandException($"'{source.Path}' cannot be read as Parquet: {e.Message}", ExitCodes.Usage);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public async IAsyncEnumerable<InputRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var number = 0L;
        for (var i = 0; i < _reader.RowGroupCount; i++)
        {
            using var group = _reader.OpenRowGroupReader(i);
            var text = await ReadAsync(group, _text, cancellationToken);
            var columns = _withFields ? new ParquetGroup(await ReadAllAsync(group, cancellationToken)) : null;
            for (var row = 0; row < group.RowCount; row++)
            {
                _share = (i + ((double)row / group.RowCount)) / _reader.RowGroupCount;
                var value = text.ValueAt(row) is ReadOnlyMemory<char> characters ? characters.ToString() : null;
                var problem = value is null ? $"has null in '{_source.Field}'" : value.Length == 0 ? $"has an empty text in '{_source.Field}'" : null;
                yield return new() { Number = ++number, Text = problem is null ? value : null, Problem = problem, Group = columns, GroupRow = row };
            }
        }

        _share = 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _stream.DisposeAsync();
    }

    private static DataField TextField(ParquetSchema schema, RowSource source)
    {
        if (schema.Fields.Any(field => field.Name == source.EmbeddingField))
        {
            throw CommandException.Usage($"'{source.Path}' has a column '{source.EmbeddingField}' already; give the vectors another name with --embedding-field.");
        }

        return schema.Fields.FirstOrDefault(field => field.Name == source.Field) switch
        {
            DataField field when field.ClrType == typeof(ReadOnlyMemory<char>) && field.MaxRepetitionLevel == 0 => field,
            null => throw CommandException.Usage($"'{source.Path}' has no column '{source.Field}', but {string.Join(", ", schema.Fields.Take(20).Select(field => $"'{field.Name}'"))}; name it with --column."),
            _ => throw CommandException.Usage($"The column '{source.Field}' of '{source.Path}' has no texts; name one that has with --column."),
        };
    }

    private async ValueTask<IReadOnlyList<ParquetColumn>> ReadAllAsync(ParquetRowGroupReader group, CancellationToken cancellationToken)
    {
        var columns = new List<ParquetColumn>();
        foreach (var field in _reader.Schema.GetDataFields())
        {
            columns.Add(await ReadAsync(group, field, cancellationToken));
        }

        return columns;
    }

    private async ValueTask<ParquetColumn> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
    {
        try
        {
            return await ParquetColumn.ReadAsync(group, field, _source.Path, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or CommandException))
        {
            throw new CommandException($"The column '{field.Path}' of '{_source.Path}' cannot be read: {e.Message}");
        }
    }
}
