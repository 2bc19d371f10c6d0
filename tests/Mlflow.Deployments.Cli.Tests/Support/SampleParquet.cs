using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>A Parquet file with several types: row i has n = i, price = i + 0.25, and a list of i + 1 times i.</summary>
internal static class SampleParquet
{
    public static async Task WriteAsync(string path, IReadOnlyList<string?> texts)
    {
        var schema = new ParquetSchema(
            new DataField<int>("n"), new DataField<string>("text"), new DecimalDataField("price", 10, 2), new ListField("tags", new DataField<long>("element")));
        var fields = schema.GetDataFields();
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, file);
        using var group = writer.CreateRowGroup();
        var rows = Enumerable.Range(0, texts.Count).ToArray();
        var tags = rows.SelectMany(row => Enumerable.Repeat((long)row, row + 1)).ToArray();
        await group.WriteAllPartsAsync<int>(fields[0], rows, null, null, default);
        await group.WriteAsync(fields[1], [.. texts.Select(text => text!)]);
        await group.WriteAllPartsAsync<decimal>(fields[2], rows.Select(row => row + 0.25m).ToArray(), null, null, default);
        await group.WriteAllPartsAsync<long>(
            fields[3],
            tags,
            tags.Select(_ => fields[3].MaxDefinitionLevel).ToArray(),
            rows.SelectMany(row => Enumerable.Range(0, row + 1).Select(i => i == 0 ? 0 : 1)).ToArray(),
            default);
    }

    /// <summary>Writes a file of several row groups, with a number and a text in each row.</summary>
    public static async Task WriteGroupsAsync(string path, int groups, int rows, Func<int, string> text)
    {
        var schema = new ParquetSchema(new DataField<int>("n"), new DataField<string>("text"));
        var fields = schema.GetDataFields();
        await using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, file);
        for (var i = 0; i < groups; i++)
        {
            using var group = writer.CreateRowGroup();
            var numbers = Enumerable.Range(i * rows, rows).ToArray();
            await group.WriteAllPartsAsync<int>(fields[0], numbers, null, null, default);
            await group.WriteAsync(fields[1], [.. numbers.Select(text)]);
        }
    }

    /// <summary>Gets the entries of a column, null where one has no value.</summary>
    public static IEnumerable<object?> Values(DataField field, RawColumnData data) => data switch
    {
        RawColumnData<ReadOnlyMemory<char>> typed => Values(field, typed).Select(value => (object?)value?.ToString()),
        RawColumnData<int> typed => Values(field, typed).Cast<object?>(),
        RawColumnData<long> typed => Values(field, typed).Cast<object?>(),
        RawColumnData<double> typed => Values(field, typed).Cast<object?>(),
        RawColumnData<float> typed => Values(field, typed).Cast<object?>(),
        RawColumnData<bool> typed => Values(field, typed).Cast<object?>(),
        RawColumnData<decimal> typed => Values(field, typed).Cast<object?>(),
        _ => throw new NotSupportedException($"{data.GetType()}"),
    };

    private static List<T?> Values<T>(DataField field, RawColumnData<T> data)
        where T : struct
    {
        var values = new List<T?>();
        var next = 0;
        var entries = field.MaxDefinitionLevel > 0 ? data.DefinitionLevels.Length : data.Values.Length;
        for (var i = 0; i < entries; i++)
        {
            values.Add(field.MaxDefinitionLevel == 0 || data.DefinitionLevels[i] == field.MaxDefinitionLevel ? data.Values[next++] : null);
        }

        return values;
    }
}
