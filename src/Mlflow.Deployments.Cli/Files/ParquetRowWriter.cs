using Parquet;
using Parquet.Schema;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Writes Parquet: the columns of the input, and the vectors as a list of float32.</summary>
internal sealed class ParquetRowWriter : IRowWriter
{
    // A row group is in memory as a whole: 4 MB of floats, and twice as much for their levels.
    private const int FloatsInGroup = 1 << 20;
    private const int RowsInGroup = 20_000;

    private readonly ParquetWriter _writer;
    private readonly JsonRowBuilder? _json;
    private readonly ColumnBuilder<float> _vectors;
    private readonly DataField[] _fields;
    private IReadOnlyList<ColumnBuilder> _columns;
    private ParquetGroup? _group;
    private int _rows;

    private ParquetRowWriter(ParquetWriter writer, ParquetSchema schema, bool isFromJson)
    {
        _writer = writer;
        _fields = schema.GetDataFields();
        _json = isFromJson ? new(_fields[..^1]) : null;
        _columns = _json?.Columns ?? [];
        _vectors = new(_fields[^1]);
    }

    public static async ValueTask<ParquetRowWriter> CreateAsync(Stream stream, RowSource source, CancellationToken cancellationToken)
    {
        var vectors = new ListField(source.EmbeddingField, new DataField<float>("element"));
        if (source.Format == FileFormat.Parquet)
        {
            await using var reader = await ParquetRowReader.OpenAsync(source.Open(), source, withFields: true, cancellationToken);
            var schema = new ParquetSchema([.. reader.Schema.Fields, vectors]);
            var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: cancellationToken);
            writer.CustomMetadata = reader.Notes;
            return new(writer, schema, isFromJson: false);
        }
        else
        {
            var columns = await JsonColumns.FindAsync(source, cancellationToken);
            var schema = new ParquetSchema([.. columns.Select(column => JsonRowBuilder.NewField(column.Name, column.Type)), vectors]);
            return new(await ParquetWriter.CreateAsync(schema, stream, cancellationToken: cancellationToken), schema, isFromJson: true);
        }
    }

    public async ValueTask WriteAsync(InputRow row, ReadOnlyMemory<float> vector, CancellationToken cancellationToken = default)
    {
        if (_rows == RowsInGroup || (_rows + 1) * (long)vector.Length > FloatsInGroup || row.Group != _group)
        {
            await CompleteAsync(cancellationToken); // before the columns that it points into are let go
        }

        if (row.Group is { } group)
        {
            Copy(group, row.GroupRow);
        }
        else
        {
            _json!.Add(row.Json.Span, _rows);
        }

        _vectors.AddList(vector.Span);
        _rows++;
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken = default)
    {
        if (_rows == 0)
        {
            return;
        }

        using var group = _writer.CreateRowGroup();
        foreach (var column in _columns.Append(_vectors))
        {
            await column.WriteAsync(group, cancellationToken);
        }

        _rows = 0;
    }

    /// <summary>Writes the end of the file, which holds where everything is.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private void Copy(ParquetGroup group, int row)
    {
        if (group != _group)
        {
            _group = group;
            _columns = [.. group.Columns.Select((column, i) => column.NewBuilder(_fields[i]))];
        }

        for (var i = 0; i < _columns.Count; i++)
        {
            group.Columns[i].CopyTo(_columns[i], row);
        }
    }
}
