namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>The time limits of one upstream call, together with the client's hanging up.</summary>
/// <remarks>A sign of life only notes the time. The timer looks at that note when it fires, so a fast stream never touches it.</remarks>
internal sealed class UpstreamDeadline : IDisposable
{
    // Not disposed: it holds no timer, and the timer below may still be firing when the call ends.
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _caller;
    private readonly UpstreamTimeouts _timeouts;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly long _start;
    private long _lastSign;
    private volatile bool _hasAnswered;
    private volatile bool _isTotal;

    public UpstreamDeadline(UpstreamTimeouts timeouts, TimeProvider timeProvider, CancellationToken caller)
    {
        _timeouts = timeouts;
        _timeProvider = timeProvider;
        _caller = caller;
        _start = _lastSign = timeProvider.GetTimestamp();
        TimeSpan first = timeouts.FirstByte;
        _timer = timeProvider.CreateTimer(
            static state => ((UpstreamDeadline)state!).Check(), this, timeouts.Total is { } total && total < first ? total : first, Timeout.InfiniteTimeSpan);
        _registration = caller.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The time is up, and not because the client left.</summary>
    public bool HasPassed => _source.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>The upstream has been heard of: its head, or a piece of its body.</summary>
    public void Restart()
    {
        Volatile.Write(ref _lastSign, _timeProvider.GetTimestamp());
        if (!_hasAnswered)
        {
            _hasAnswered = true;
            if (_timeouts.Idle < _timeouts.FirstByte)
            {
                Check();
            }
        }
    }

    /// <summary>What to tell the client when <see cref="HasPassed"/>.</summary>
    public ProviderException Failure(ProviderCall call, UpstreamTranslator? translator, Exception inner) =>
        _isTotal ? UpstreamFailures.TooLong(call, _timeouts.Total ?? default, inner)
            : translator?.TranslateTimeout(call, Silence, inner) ?? UpstreamFailures.Timeout(call, Silence, inner);

    public void Dispose()
    {
        _timer.Dispose();
        _registration.Dispose();
    }

    private TimeSpan Silence => _hasAnswered ? _timeouts.Idle : _timeouts.FirstByte;

    private void Check()
    {
        long now = _timeProvider.GetTimestamp();
        TimeSpan left = Silence - _timeProvider.GetElapsedTime(Volatile.Read(ref _lastSign), now);
        if (_timeouts.Total is { } total && total - _timeProvider.GetElapsedTime(_start, now) is var rest && rest < left)
        {
            _isTotal = rest <= TimeSpan.Zero;
            left = rest;
        }

        if (left <= TimeSpan.Zero)
        {
            _source.Cancel();
        }
        else
        {
            // Whole milliseconds upwards: a timer that fires early would only have to be set again.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }
}
