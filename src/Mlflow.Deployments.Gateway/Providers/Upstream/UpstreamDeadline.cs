namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>The longest silence of an upstream, together with the client's hanging up.</summary>
internal sealed class UpstreamDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _caller;
    private readonly TimeSpan _limit;

    public UpstreamDeadline(TimeSpan limit, TimeProvider timeProvider, CancellationToken caller)
    {
        _limit = limit;
        _caller = caller;
        _source = new CancellationTokenSource(limit, timeProvider);
        _registration = caller.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The time is up, and not because the client left.</summary>
    public bool HasPassed => _source.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Starts the time anew: the upstream has been heard of.</summary>
    public void Restart() => _source.CancelAfter(_limit);

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
