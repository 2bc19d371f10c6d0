namespace Mlflow.Deployments.Gateway;

/// <summary>Tells requests that still run when they have to end, a little before the server would cut their connections.</summary>
internal sealed class ShutdownGrace : IDisposable
{
    /// <summary>Time for running requests to end by themselves.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;

    public ShutdownGrace(TimeProvider timeProvider, CancellationToken stopping)
    {
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _registration = stopping.UnsafeRegister(static state => ((CancellationTokenSource)state!).CancelAfter(Grace), _source);
        Over = _source.Token;
    }

    /// <summary>Fires when the time is over.</summary>
    public CancellationToken Over { get; }

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
