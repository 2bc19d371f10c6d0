using System.Buffers;
using Parquet;
using Parquet.Schema;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Collects the values of one column until a row group is full.</summary>
internal abstract class ColumnBuilder(DataField field)
{
    public DataField Field { get; } = field;

    /// <summary>Gets the number of entries.</summary>
    public abstract int Count { get; }

    /// <summary>Adds a row without a value.</summary>
    public abstract void AddNull();

    /// <summary>Writes the column and empties it.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken);
}

/// <inheritdoc />
internal sealed class ColumnBuilder<T>(DataField field) : ColumnBuilder(field)
    where T : struct
{
    private readonly ArrayBufferWriter<T> _values = new();
    private readonly ArrayBufferWriter<int> _definitions = new();
    private readonly ArrayBufferWriter<int> _repetitions = new();

    public override int Count => _definitions.WrittenCount;

    /// <summary>Adds the value of a column without lists.</summary>
    public void Add(T value) => Add(value, Field.MaxDefinitionLevel, 0);

    public override void AddNull() => Add(default, 0, 0);

    /// <summary>Adds an entry; the value counts only where the definition level is the field's highest.</summary>
    public void Add(T value, int definition, int repetition)
    {
        if (definition == Field.MaxDefinitionLevel)
        {
            _values.Write([value]);
        }

        _definitions.Write([definition]);
        _repetitions.Write([repetition]);
    }

    /// <summary>Adds a list.</summary>
    public void AddList(ReadOnlySpan<T> values)
    {
        _values.Write(values);
        _definitions.GetSpan(values.Length)[..values.Length].Fill(Field.MaxDefinitionLevel);
        _definitions.Advance(values.Length);
        var repetitions = _repetitions.GetSpan(values.Length)[..values.Length];
        repetitions.Fill(1);
        repetitions[0] = 0; // a new row begins
        _repetitions.Advance(values.Length);
    }

    public override async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        await group.WriteAllPartsAsync(
            Field,
            _values.WrittenMemory,
            Field.MaxDefinitionLevel > 0 ? _definitions.WrittenMemory : default(ReadOnlyMemory<int>?), // a bare null would become no levels instead of none needed
            Field.MaxRepetitionLevel > 0 ? _repetitions.WrittenMemory : default(ReadOnlyMemory<int>?),
            cancellationToken);
        _values.ResetWrittenCount();
        _definitions.ResetWrittenCount();
        _repetitions.ResetWrittenCount();
    }
}
