namespace Mlflow.Deployments.Cli.Files;

/// <summary>The columns of one row group of a Parquet file.</summary>
internal sealed record ParquetGroup(IReadOnlyList<ParquetColumn> Columns);
