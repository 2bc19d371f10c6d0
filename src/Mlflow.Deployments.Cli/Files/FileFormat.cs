namespace Mlflow.Deployments.Cli.Files;

/// <summary>The formats of rows.</summary>
internal enum FileFormat
{
    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>Values with a comma between them, names in the first line.</summary>
    Csv,

    /// <summary>Values with a tab between them, names in the first line.</summary>
    Tsv,

    /// <summary>One text a line.</summary>
    Text,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}
