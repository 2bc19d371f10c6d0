namespace Mlflow.Deployments.Cli.Files;

/// <summary>Writes rows with their vectors. What is written depends on the rows and vectors alone: the same ones give the same bytes.</summary>
internal interface IRowWriter : IAsyncDisposable
{
    ValueTask WriteAsync(InputRow row, ReadOnlyMemory<float> vector, CancellationToken cancellationToken = default);

    /// <summary>Writes what is still in memory; without it the file is not whole.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken = default);
}
