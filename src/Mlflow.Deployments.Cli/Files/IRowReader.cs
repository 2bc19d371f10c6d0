namespace Mlflow.Deployments.Cli.Files;

/// <summary>Reads the rows of a file, one after the other and in bounded memory.</summary>
internal interface IRowReader : IAsyncDisposable
{
    /// <summary>Gets the share of the file that has been read, from 0 to 1.</summary>
    double Share { get; }

    /// <summary>Reads all rows, once.</summary>
    /// <exception cref="CommandException">The file cannot be read as what it should be.</exception>
    IAsyncEnumerable<InputRow> ReadAsync(CancellationToken cancellationToken = default);
}
