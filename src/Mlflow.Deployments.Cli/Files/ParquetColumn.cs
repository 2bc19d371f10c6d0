using System.Numerics;
using Parquet.Data;
using Parquet.Schema;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>One column of a row group as it was read, with a cursor that goes forward over its rows.</summary>
internal abstract class ParquetColumn(DataField field)
{
    public DataField Field { get; } = field;

    /// <summary>Takes a column of any type that Parquet has.</summary>
    public static ParquetColumn Of(DataField field, RawColumnData data, string path) => data switch
    {
        RawColumnData<ReadOnlyMemory<char>> typed => new ParquetColumn<ReadOnlyMemory<char>>(field, typed),
        RawColumnData<ReadOnlyMemory<byte>> typed => new ParquetColumn<ReadOnlyMemory<byte>>(field, typed),
        RawColumnData<bool> typed => new ParquetColumn<bool>(field, typed),
        RawColumnData<sbyte> typed => new ParquetColumn<sbyte>(field, typed),
        RawColumnData<byte> typed => new ParquetColumn<byte>(field, typed),
        RawColumnData<short> typed => new ParquetColumn<short>(field, typed),
        RawColumnData<ushort> typed => new ParquetColumn<ushort>(field, typed),
        RawColumnData<int> typed => new ParquetColumn<int>(field, typed),
        RawColumnData<uint> typed => new ParquetColumn<uint>(field, typed),
        RawColumnData<long> typed => new ParquetColumn<long>(field, typed),
        RawColumnData<ulong> typed => new ParquetColumn<ulong>(field, typed),
        RawColumnData<float> typed => new ParquetColumn<float>(field, typed),
        RawColumnData<double> typed => new ParquetColumn<double>(field, typed),
        RawColumnData<decimal> typed => new ParquetColumn<decimal>(field, typed),
        RawColumnData<BigInteger> typed => new ParquetColumn<BigInteger>(field, typed),
        RawColumnData<DateTime> typed => new ParquetColumn<DateTime>(field, typed),
        RawColumnData<DateOnly> typed => new ParquetColumn<DateOnly>(field, typed),
        RawColumnData<TimeOnly> typed => new ParquetColumn<TimeOnly>(field, typed),
        RawColumnData<TimeSpan> typed => new ParquetColumn<TimeSpan>(field, typed),
        RawColumnData<Guid> typed => new ParquetColumn<Guid>(field, typed),
        _ => throw new CommandException($"The column '{field.Path}' of '{path}' has the type {field.ClrType.Name}, which this program cannot copy; leave it out of the file."),
    };

    /// <summary>Makes what collects values of this column's type.</summary>
    public abstract ColumnBuilder NewBuilder(DataField target);

    /// <summary>Copies a row; rows are asked in ascending order.</summary>
    public abstract void CopyTo(ColumnBuilder builder, int row);

    /// <summary>Gets the value of a row of a column without lists; null when it has none. Rows are asked in ascending order.</summary>
    public abstract object? ValueAt(int row);
}

/// <inheritdoc />
/// <remarks>The memory is the collector's to free: values that were copied still point into it.</remarks>
internal sealed class ParquetColumn<T>(DataField field, RawColumnData<T> data) : ParquetColumn(field)
    where T : struct
{
    private int _row;
    private int _entry;
    private int _value;

    public override ColumnBuilder NewBuilder(DataField target) => new ColumnBuilder<T>(target);

    public override void CopyTo(ColumnBuilder builder, int row)
    {
        MoveTo(row);
        var target = (ColumnBuilder<T>)builder;
        var (entry, value) = (_entry, _value);
        do
        {
            var definition = DefinitionAt(entry);
            target.Add(definition == Field.MaxDefinitionLevel ? data.Values[value++] : default, definition, RepetitionAt(entry));
            entry++;
        }
        while (IsSameRow(entry));
    }

    public override object? ValueAt(int row)
    {
        MoveTo(row);
        return DefinitionAt(_entry) == Field.MaxDefinitionLevel ? data.Values[_value] : null;
    }

    private void MoveTo(int row)
    {
        for (; _row < row; _row++)
        {
            do
            {
                _value += DefinitionAt(_entry) == Field.MaxDefinitionLevel ? 1 : 0;
                _entry++;
            }
            while (IsSameRow(_entry));
        }
    }

    private int DefinitionAt(int entry) => Field.MaxDefinitionLevel == 0 ? 0 : data.DefinitionLevels[entry];

    private int RepetitionAt(int entry) => Field.MaxRepetitionLevel == 0 ? 0 : data.RepetitionLevels[entry];

    private bool IsSameRow(int entry) => Field.MaxRepetitionLevel > 0 && entry < data.RepetitionLevels.Length && data.RepetitionLevels[entry] > 0;
}
