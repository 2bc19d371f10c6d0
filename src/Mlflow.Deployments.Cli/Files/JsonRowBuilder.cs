using System.Text;
using System.Text.Json;
using Parquet.Schema;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Puts the fields of JSON objects into columns.</summary>
internal sealed class JsonRowBuilder
{
    private readonly Dictionary<string, ColumnBuilder> _byName;

    public JsonRowBuilder(IReadOnlyList<DataField> fields)
    {
        Columns = [.. fields.Select(NewBuilder)];
        _byName = Columns.ToDictionary(column => column.Field.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<ColumnBuilder> Columns { get; }

    public static DataField NewField(string name, Type type) =>
        type == typeof(bool) ? new DataField<bool?>(name)
        : type == typeof(long) ? new DataField<long?>(name)
        : type == typeof(double) ? new DataField<double?>(name)
        : new DataField<string>(name);

    /// <summary>Adds a row; of a name that is there twice the first value counts.</summary>
    /// <param name="json">The row.</param>
    /// <param name="rows">The number of rows before it.</param>
    public void Add(ReadOnlySpan<byte> json, int rows)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = _byName[reader.GetString()!];
            reader.Read();
            if (column.Count == rows)
            {
                Add(column, ref reader, json);
            }

            reader.Skip();
        }

        foreach (var column in Columns)
        {
            if (column.Count == rows)
            {
                column.AddNull();
            }
        }
    }

    private static ColumnBuilder NewBuilder(DataField field) =>
        field.ClrType == typeof(bool) ? new ColumnBuilder<bool>(field)
        : field.ClrType == typeof(long) ? new ColumnBuilder<long>(field)
        : field.ClrType == typeof(double) ? new ColumnBuilder<double>(field)
        : new ColumnBuilder<ReadOnlyMemory<char>>(field);

    private static void Add(ColumnBuilder column, ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            column.AddNull();
            return;
        }

        switch (column)
        {
            case ColumnBuilder<bool> typed:
                typed.Add(reader.GetBoolean());
                break;
            case ColumnBuilder<long> typed:
                typed.Add(reader.GetInt64());
                break;
            case ColumnBuilder<double> typed:
                typed.Add(reader.GetDouble());
                break;
            case ColumnBuilder<ReadOnlyMemory<char>> typed:
                typed.Add((reader.TokenType == JsonTokenType.String ? reader.GetString()! : RawValue(ref reader, json)).AsMemory());
                break;
        }
    }

    private static string RawValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
    }
}
