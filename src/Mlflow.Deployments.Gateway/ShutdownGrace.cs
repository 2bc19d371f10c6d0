namespace Mlflow.Deployments.Gateway;

/// <summary>
/// The orderly end. First connections are drained: requests are still taken, but each answer asks its client to use another connection, so that
/// no client sends a request into one that is being closed. Then requests that still run are told when they have to end, a little before the server would
/// cut their connections.
/// </summary>
internal sealed class ShutdownGrace : IDisposable
{
    /// <summary>Time for running requests to end by themselves.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    /// <summary>The part of <see cref="Grace"/> in which requests are still taken, as long as others run.</summary>
    private static readonly TimeSpan Draining = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private volatile bool _isStopping;

    public ShutdownGrace(TimeProvider timeProvider, CancellationToken stopping)
    {
        _timeProvider = timeProvider;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _registration = stopping.UnsafeRegister(static state => ((ShutdownGrace)state!).Begin(), this);
        Over = _source.Token;
    }

    /// <summary>Fires when the time is over.</summary>
    public CancellationToken Over { get; }

    /// <summary>Counts the requests that run.</summary>
    public void Use(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        Interlocked.Increment(ref _running);
        try
        {
            AskForAnotherConnection(context);
            await next(context);
        }
        finally
        {
            if (Interlocked.Decrement(ref _running) == 0 && _isStopping)
            {
                _idle.TrySetResult();
            }
        }
    });

    /// <summary>Makes an answer the last one on its connection, once the end has begun. To be called before the answer is sent.</summary>
    public void AskForAnotherConnection(HttpContext context)
    {
        if (_isStopping)
        {
            context.Response.Headers.Connection = "close";
        }
    }

    /// <summary>Waits until nothing runs any longer, or for the time of the draining.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Begin();
        if (Volatile.Read(ref _running) > 0)
        {
            await Task.WhenAny(_idle.Task, Task.Delay(Draining, _timeProvider, cancellationToken));
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }

    private void Begin()
    {
        if (!_isStopping)
        {
            _isStopping = true;
            _source.CancelAfter(Grace);
        }
    }
}
