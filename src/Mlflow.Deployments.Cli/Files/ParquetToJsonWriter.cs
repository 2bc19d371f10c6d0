namespace Mlflow.Deployments.Cli.Files;

/// <summary>Writes rows of a Parquet file as JSON Lines.</summary>
internal sealed class ParquetToJsonWriter(JsonLinesWriter writer) : IRowWriter
{
    private readonly ParquetJson _json = new();

    public static async ValueTask<IRowWriter> CreateAsync(JsonLinesWriter writer, RowSource source, CancellationToken cancellationToken)
    {
        await using var reader = await ParquetRowReader.OpenAsync(source.Open(), source, withFields: true, cancellationToken);
        ParquetJson.Check(reader.Schema, source.Path);
        return new ParquetToJsonWriter(writer);
    }

    public ValueTask WriteAsync(InputRow row, ReadOnlyMemory<float> vector, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(row with { Json = _json.Of(row.Group!, row.GroupRow) }, vector, cancellationToken);

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => writer.CompleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}
