namespace Mlflow.Deployments.Cli.Files;

/// <summary>Where rows come from, and which of their fields is the text.</summary>
internal sealed record RowSource(string Path, FileFormat Format)
{
    /// <summary>Gets the field or column with the text.</summary>
    public string Field { get; init; } = "text";

    /// <summary>Gets the name that the vector gets in the output; an input that has it already is refused.</summary>
    public string EmbeddingField { get; init; } = "embedding";

    /// <summary>Gets what stands between values of a CSV file; null for what the format says.</summary>
    public char? Separator { get; init; }

    /// <summary>Gets how rows are counted in messages.</summary>
    public string RowWord => Format == FileFormat.Parquet ? "row" : "line";

    /// <summary>Opens the file.</summary>
    /// <param name="withFields">Whether rows carry their fields, or only their text.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    public async ValueTask<IRowReader> OpenAsync(bool withFields, CancellationToken cancellationToken = default)
    {
        // Parquet in a method of its own: its library is loaded only for its files.
        if (Format == FileFormat.Parquet)
        {
            return await OpenParquetAsync(withFields, cancellationToken);
        }

        var stream = Open();
        return Format switch
        {
            FileFormat.JsonLines => new JsonLinesReader(stream, this),
            FileFormat.Text => new TextLinesReader(stream, this, withFields),
            _ => await CsvRowReader.OpenAsync(stream, this, withFields, cancellationToken),
        };
    }

    public FileStream Open()
    {
        var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        if (stream.CanSeek)
        {
            return stream;
        }

        stream.Dispose();
        throw CommandException.Usage($"'{Path}' is a pipe, but the input is read twice; write it into a file first.");
    }

    private async ValueTask<IRowReader> OpenParquetAsync(bool withFields, CancellationToken cancellationToken) =>
        await ParquetRowReader.OpenAsync(Open(), this, withFields, cancellationToken);
}
