namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>What a server's headers leave of a limit until it is counted anew. Guarded by the pacer's lock.</summary>
/// <param name="longestWait">A server that says more is asked again after that, and then has to refuse.</param>
internal sealed class RequestBudget(TimeSpan longestWait)
{
    private long _left;
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    /// <summary>Takes what an answer says. Requests that are under way may not have been counted yet, so they are taken off.</summary>
    public void Set(long? remaining, TimeSpan? reset, DateTimeOffset now, long takenSince)
    {
        if (remaining is { } left && reset is { } time)
        {
            (_left, _until) = (left - takenSince, now + (time < longestWait ? time : longestWait));
        }
    }

    /// <summary>Tells from when on there is enough.</summary>
    public DateTimeOffset FreeFrom(long amount, DateTimeOffset now) => _until <= now || _left >= amount ? DateTimeOffset.MinValue : _until;

    public void Spend(long amount) => _left -= amount;
}
