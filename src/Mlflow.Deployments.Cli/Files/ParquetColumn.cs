using System.Numerics;
using Parquet;
using Parquet.Schema;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>One column of a row group as it was read, with a cursor that goes forward over its rows.</summary>
internal abstract class ParquetColumn(DataField field)
{
    public DataField Field { get; } = field;

    /// <summary>Reads a column of any type that Parquet has; each is named, so that Native AOT has its code.</summary>
    public static Task<ParquetColumn> ReadAsync(ParquetRowGroupReader group, DataField field, string path, CancellationToken cancellationToken) => field switch
    {
        _ when field.ClrType == typeof(ReadOnlyMemory<char>) => ReadAsync<ReadOnlyMemory<char>>(group, field, cancellationToken),
        _ when field.ClrType == typeof(ReadOnlyMemory<byte>) => ReadAsync<ReadOnlyMemory<byte>>(group, field, cancellationToken),
        _ when field.ClrType == typeof(bool) => ReadAsync<bool>(group, field, cancellationToken),
        _ when field.ClrType == typeof(sbyte) => ReadAsync<sbyte>(group, field, cancellationToken),
        _ when field.ClrType == typeof(byte) => ReadAsync<byte>(group, field, cancellationToken),
        _ when field.ClrType == typeof(short) => ReadAsync<short>(group, field, cancellationToken),
        _ when field.ClrType == typeof(ushort) => ReadAsync<ushort>(group, field, cancellationToken),
        _ when field.ClrType == typeof(int) => ReadAsync<int>(group, field, cancellationToken),
        _ when field.ClrType == typeof(uint) => ReadAsync<uint>(group, field, cancellationToken),
        _ when field.ClrType == typeof(long) => ReadAsync<long>(group, field, cancellationToken),
        _ when field.ClrType == typeof(ulong) => ReadAsync<ulong>(group, field, cancellationToken),
        _ when field.ClrType == typeof(float) => ReadAsync<float>(group, field, cancellationToken),
        _ when field.ClrType == typeof(double) => ReadAsync<double>(group, field, cancellationToken),
        _ when field.ClrType == typeof(decimal) => ReadAsync<decimal>(group, field, cancellationToken),
        _ when field.ClrType == typeof(BigInteger) => ReadAsync<BigInteger>(group, field, cancellationToken),
        _ when field.ClrType == typeof(DateTime) => ReadAsync<DateTime>(group, field, cancellationToken),
        _ when field.ClrType == typeof(DateOnly) => ReadAsync<DateOnly>(group, field, cancellationToken),
        _ when field.ClrType == typeof(TimeOnly) => ReadAsync<TimeOnly>(group, field, cancellationToken),
        _ when field.ClrType == typeof(TimeSpan) => ReadAsync<TimeSpan>(group, field, cancellationToken),
        _ when field.ClrType == typeof(Guid) => ReadAsync<Guid>(group, field, cancellationToken),
        _ => throw new CommandException($"The column '{field.Path}' of '{path}' has the type {field.ClrType.Name}, which this program cannot copy; leave it out of the file."),
    };

    /// <summary>Makes what collects values of this column's type.</summary>
    public abstract ColumnBuilder NewBuilder(DataField target);

    /// <summary>Copies a row; rows are asked in ascending order.</summary>
    public abstract void CopyTo(ColumnBuilder builder, int row);

    /// <summary>Gets the value of a row of a column without lists; null when it has none. Rows are asked in ascending order.</summary>
    public abstract object? ValueAt(int row);

    private static async Task<ParquetColumn> ReadAsync<T>(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
        where T : struct
    {
        var entries = checked((int)group.GetMetadata(field)!.MetaData!.NumValues);
        var values = new T[entries];
        var definitions = field.MaxDefinitionLevel > 0 ? new int[entries] : null;
        var repetitions = field.MaxRepetitionLevel > 0 ? new int[entries] : null;
        await group.ReadRawAsync<T>(
            field,
            values,
            definitions is null ? default(Memory<int>?) : definitions.AsMemory(),
            repetitions is null ? default(Memory<int>?) : repetitions.AsMemory(),
            cancellationToken);
        return new ParquetColumn<T>(field, values, definitions, repetitions);
    }
}

/// <inheritdoc />
internal sealed class ParquetColumn<T>(DataField field, T[] values, int[]? definitions, int[]? repetitions) : ParquetColumn(field)
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
            target.Add(definition == Field.MaxDefinitionLevel ? values[value++] : default, definition, RepetitionAt(entry));
            entry++;
        }
        while (IsSameRow(entry));
    }

    public override object? ValueAt(int row)
    {
        MoveTo(row);
        return DefinitionAt(_entry) == Field.MaxDefinitionLevel ? values[_value] : null;
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

    private int DefinitionAt(int entry) => definitions is null ? 0 : definitions[entry];

    private int RepetitionAt(int entry) => repetitions is null ? 0 : repetitions[entry];

    private bool IsSameRow(int entry) => repetitions is not null && entry < repetitions.Length && repetitions[entry] > 0;
}
