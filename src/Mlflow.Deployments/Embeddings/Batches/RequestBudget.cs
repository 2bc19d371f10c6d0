namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>What a server's headers leave of a limit until it is counted anew. Guarded by the pacer's lock.</summary>
/// <param name="longestWait">A server that says more is asked again after that, and then has to refuse.</param>
internal sealed class RequestBudget(TimeSpan longestWait)
{
    private long _left;
    private TimeSpan _until = TimeSpan.MinValue;

    /// <summary>Takes what an answer says. What is under way may not have been counted yet, so it is taken off.</summary>
    public void Set(long? remaining, TimeSpan? reset, TimeSpan now, long underWay)
    {
        if (remaining is { } left && reset is { } time)
        {
            (_left, _until) = (left - underWay, now + (time < longestWait ? time : longestWait));
        }
    }

    /// <summary>Tells from when on there is enough.</summary>
    public TimeSpan FreeFrom(long amount, TimeSpan now) => _until <= now || _left >= amount ? TimeSpan.MinValue : _until;

    public void Spend(long amount) => _left -= amount;
}
