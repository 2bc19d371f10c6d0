using Mlflow.Deployments.Gateway.Http;

namespace Mlflow.Deployments.Gateway;

/// <summary>
/// The orderly end. First connections are drained: requests are still taken, but each answer asks its client to use another connection, so that
/// no client sends a request into one that is being closed. Then nobody is let in any longer, and requests that still run are told when they have to end,
/// a little before the server would cut their connections.
/// </summary>
internal sealed class ShutdownGrace : IDisposable
{
    /// <summary>Time for running requests to end by themselves.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    /// <summary>The part of <see cref="Grace"/> in which requests are still taken, as long as there are any.</summary>
    public static readonly TimeSpan Draining = TimeSpan.FromSeconds(1);

    // A moment without requests that ends the draining. Clients that send one request behind the other need less between them.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _timeProvider;
    private readonly DrainingTransport _transport;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private int _running;
    private int _taken;
    private volatile bool _isStopping;

    public ShutdownGrace(TimeProvider timeProvider, DrainingTransport transport, CancellationToken stopping)
    {
        _timeProvider = timeProvider;
        _transport = transport;
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        _registration = stopping.UnsafeRegister(static state => ((ShutdownGrace)state!).Begin(), this);
        Over = _source.Token;
    }

    /// <summary>Fires when the time is over.</summary>
    public CancellationToken Over { get; }

    /// <summary>Counts the requests.</summary>
    public void Use(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        Interlocked.Increment(ref _running);
        try
        {
            if (_isStopping)
            {
                Interlocked.Increment(ref _taken);
                DrainingTransport.OnRequest(context);
                AskForAnotherConnection(context);
            }

            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
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

    /// <summary>Takes requests until no more come, or for the time of the draining, and then lets nobody in.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        Begin();
        long began = _timeProvider.GetTimestamp();
        int taken;
        do
        {
            taken = Volatile.Read(ref _taken);
            await Task.Delay(Quiet, _timeProvider, cancellationToken);
        }
        while ((Volatile.Read(ref _running) > 0 || Volatile.Read(ref _taken) != taken) && _timeProvider.GetElapsedTime(began) < Draining);

        using var limit = new CancellationTokenSource(Draining, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _transport.CloseAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A connection on which no request came: it is closed with the others.
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
            _transport.BeginDraining();
            _source.CancelAfter(Grace);
        }
    }
}
