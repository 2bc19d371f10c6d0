namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>How long one request is tried again.</summary>
internal sealed class Patience(BatchJob job)
{
    private int _tries;
    private long? _busySince;

    public bool HasTriesLeft => _tries < job.Options.MaxRetries;

    /// <summary>Tells whether a wait ends while there is patience, counted from the first time that this is asked.</summary>
    public bool Allows(TimeSpan wait)
    {
        _busySince ??= job.Clock.GetTimestamp();
        return job.Clock.GetElapsedTime(_busySince.Value) + wait <= job.Options.Patience;
    }

    /// <summary>Waits before a try after a failure: not at all the first time, because a connection that was kept too long fails at once, and a new one does not.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        ++_tries == 1 ? Task.CompletedTask : Task.Delay(Backoff.Delay(job.RetryDelay, _tries - 1), job.Clock, cancellationToken);
}
