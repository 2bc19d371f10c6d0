namespace Mlflow.Deployments.Cli.Files;

/// <summary>Writes rows of a Parquet file as JSON Lines.</summary>
internal sealed class ParquetToJsonWriter(JsonLinesWriter writer) : IRowWriter
{
    private readonly ParquetJson _json = new();

    public ValueTask WriteAsync(InputRow row, ReadOnlyMemory<float> vector, CancellationToken cancellationToken = default) =>
        writer.WriteAsync(row with { Json = _json.Of(row.Group!, row.GroupRow) }, vector, cancellationToken);

    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => writer.CompleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}
