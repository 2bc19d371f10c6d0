namespace Mlflow.Deployments.Cli.Files;

/// <summary>A row of an input file: its text, or why it has none, and its fields for the output.</summary>
internal readonly record struct InputRow
{
    /// <summary>Gets the line it begins in, or the row of a Parquet file; from 1.</summary>
    public required long Number { get; init; }

    /// <summary>Gets what is embedded; null when there is a <see cref="Problem"/>.</summary>
    public string? Text { get; init; }

    /// <summary>Gets why the row cannot be embedded, in words that follow "line N".</summary>
    public string? Problem { get; init; }

    /// <summary>Gets the fields as one JSON object; valid until the next row is read. Empty when fields are not read, and for rows of Parquet files.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>Gets the columns of a Parquet file that the row is in; null for other formats, and when fields are not read.</summary>
    public ParquetGroup? Group { get; init; }

    /// <summary>Gets the place of the row in <see cref="Group"/>.</summary>
    public int GroupRow { get; init; }
}
