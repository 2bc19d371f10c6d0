namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>Does work that needs a processor for milliseconds, so much at a time as there are workers, and the rest in the order in which it comes.</summary>
/// <remarks>
/// Thread-safe. Not on the threads of the pool: those answer everything else, and a few large requests for embeddings would take all of them
/// for seconds. Whoever has much to do brings it in small parts, each after the one before; then nobody waits for all of another's work.
/// </remarks>
internal sealed class EncodingWorkers(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count);

    /// <summary>Gets the workers of the process, as many as there are processors.</summary>
    public static EncodingWorkers Shared { get; } = new(Math.Max(1, Environment.ProcessorCount));

    /// <summary>Does one part of the work.</summary>
    /// <param name="work">The work; once begun it is done to its end.</param>
    /// <param name="cancellationToken">Gives up waiting for a worker.</param>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            const TaskCreationOptions OwnThread = TaskCreationOptions.LongRunning | TaskCreationOptions.RunContinuationsAsynchronously;
            return await Task.Factory.StartNew(work, cancellationToken, OwnThread, TaskScheduler.Default);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
