namespace Mlflow.Deployments.Transport;

/// <summary>
/// A cancellation token that fires when the caller cancels or when a limit runs out, and can tell the two apart. The limit can be
/// moved on: a stream has one for its first byte and one for each silence.
/// </summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenRegistration _registration;

    public TimeLimit(string option, TimeSpan limit, TimeProvider clock, CancellationToken caller)
    {
        Option = option;
        Limit = limit;
        _caller = caller;

        // One source for both, because each call makes one: the clock runs on it, and the caller's token is passed on to it.
        _either = new(limit, clock);
        _registration = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _either);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Gets the name of the option that the limit came from.</summary>
    public string Option { get; private set; }

    public TimeSpan Limit { get; private set; }

    /// <summary>Gets whether the limit ran out, and the caller did not cancel.</summary>
    public bool IsExceeded => _either.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Begins anew with another limit.</summary>
    public void Restart(string option, TimeSpan limit)
    {
        Option = option;
        Limit = limit;
        _either.CancelAfter(limit);
    }

    /// <summary>Stops the clock until the next <see cref="Restart"/>.</summary>
    public void Pause() => _either.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _registration.Dispose();
        _either.Dispose();
    }
}
