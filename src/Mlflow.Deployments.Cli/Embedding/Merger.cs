using Mlflow.Deployments.Cli.Files;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>Puts rows and their results together into the output, which appears under its name when it is whole.</summary>
internal sealed class Merger(EmbedJob job, EmbedProgress progress)
{
    /// <summary>Writes output and errors.</summary>
    /// <param name="results">The results of the good rows, in their order.</param>
    /// <param name="cancellationToken">Stops; nothing appears then.</param>
    /// <returns>How many rows went where.</returns>
    public async Task<Merged> RunAsync(IEnumerable<RowResult> results, CancellationToken cancellationToken)
    {
        await using var output = new PendingFile(job.Output);
        await using var errors = new PendingFile(job.ErrorsPath);
        var rejected = new RejectedRows(errors.Stream, job.Source);
        long written;
        await using (var writer = await OpenWriterAsync(output.Stream, cancellationToken))
        {
            written = await WriteRowsAsync(writer, rejected, results, cancellationToken);
            await writer.CompleteAsync(cancellationToken);
        }

        // Errors first: an output without the word on what is missing in it would look complete.
        if (rejected.Count > 0)
        {
            await errors.PublishAsync(cancellationToken);
        }
        else
        {
            File.Delete(job.ErrorsPath);
        }

        await output.PublishAsync(cancellationToken);
        return new(written, rejected.Count, rejected.FirstReason);
    }

    private async Task<long> WriteRowsAsync(IRowWriter writer, RejectedRows rejected, IEnumerable<RowResult> results, CancellationToken cancellationToken)
    {
        await using var reader = await job.Source.OpenAsync(withFields: true, cancellationToken);
        using var next = results.GetEnumerator();
        var written = 0L;
        await foreach (var row in reader.ReadAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress.CountWritten(reader.Share);
            if (row.Problem is { } problem)
            {
                await rejected.AddAsync(row, $"{char.ToUpperInvariant(job.Source.RowWord[0])}{job.Source.RowWord[1..]} {row.Number} {problem}.", cancellationToken);
                continue;
            }

            if (!next.MoveNext())
            {
                throw new CommandException($"There are fewer results than rows in '{job.Source.Path}': it has changed since. Begin anew, after removing '{job.WorkPath}'.");
            }

            if (next.Current.Error is { } error)
            {
                await rejected.AddAsync(row, error, cancellationToken);
            }
            else
            {
                await writer.WriteAsync(row, next.Current.Vector, cancellationToken);
                written++;
            }
        }

        return written;
    }

    // Parquet in a method of its own: its library is loaded only for its files.
    private async ValueTask<IRowWriter> OpenWriterAsync(FileStream stream, CancellationToken cancellationToken) => job.OutputFormat == FileFormat.Parquet
        ? await OpenParquetAsync(stream, cancellationToken)
        : job.Source.Format == FileFormat.Parquet ? OpenJsonOfParquet(stream)
        : new JsonLinesWriter(stream, job.Source.EmbeddingField);

    private async ValueTask<IRowWriter> OpenParquetAsync(FileStream stream, CancellationToken cancellationToken) =>
        await ParquetRowWriter.CreateAsync(stream, job.Source, cancellationToken);

    private ParquetToJsonWriter OpenJsonOfParquet(FileStream stream) => new(new JsonLinesWriter(stream, job.Source.EmbeddingField));
}
