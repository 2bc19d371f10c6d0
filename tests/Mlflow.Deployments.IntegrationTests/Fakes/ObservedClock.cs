using Microsoft.Extensions.Time.Testing;

namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>A clock that stands still, and knows which timers are running: a test moves it on when the client has begun to wait, never before.</summary>
internal sealed class ObservedClock : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObservedTimer, TimeSpan> _running = [];
    private readonly Dictionary<TimeSpan, int> _starts = [];
    private TaskCompletionSource _changed = NewSignal();

    public ObservedClock()
        : base(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Gets the time limits that are no waits between two tries.</summary>
    private static TimeSpan ShortestLimit => TimeSpan.FromMinutes(5);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ObservedTimer(this);
        timer.Inner = base.CreateTimer(
            fired =>
            {
                Note(timer, null);
                callback(fired);
            },
            state,
            dueTime,
            period);
        Note(timer, dueTime);
        return timer;
    }

    /// <summary>Waits until a timer of this length runs, and lets it run out.</summary>
    public async Task RunOutAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await WaitForAsync(due => due == limit, cancellationToken);
        Advance(limit);
    }

    /// <summary>Waits until a timer of this length runs.</summary>
    public Task RunsAsync(TimeSpan limit, CancellationToken cancellationToken) => WaitForAsync(due => due == limit, cancellationToken);

    /// <summary>Tells how often a timer of this length was started or started anew.</summary>
    public int StartsOf(TimeSpan limit)
    {
        lock (_lock)
        {
            return _starts.GetValueOrDefault(limit);
        }
    }

    /// <summary>Waits until a timer of this length has been started more often than that.</summary>
    public Task StartsAgainAsync(TimeSpan limit, int starts, CancellationToken cancellationToken) =>
        WaitForAsync(due => due == limit && _starts.GetValueOrDefault(limit) > starts, cancellationToken);

    /// <summary>Lets the waits before so many further tries run out, and tells how long they were.</summary>
    public async Task<IReadOnlyList<TimeSpan>> SkipWaitsAsync(int count, CancellationToken cancellationToken)
    {
        var waits = new List<TimeSpan>();
        while (waits.Count < count)
        {
            waits.Add(await WaitForAsync(due => due < ShortestLimit, cancellationToken));
            Advance(waits[^1]);
        }

        return waits;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<TimeSpan> WaitForAsync(Func<TimeSpan, bool> isMeant, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_running.Values.Where(isMeant).Cast<TimeSpan?>().FirstOrDefault() is { } due)
                {
                    return due;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Note(ObservedTimer timer, TimeSpan? due)
    {
        lock (_lock)
        {
            if (due is { } time && time > TimeSpan.Zero)
            {
                _running[timer] = time;
                _starts[time] = _starts.GetValueOrDefault(time) + 1;
            }
            else
            {
                _running.Remove(timer);
            }

            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    private sealed class ObservedTimer(ObservedClock clock) : ITimer
    {
        public ITimer Inner { get; set; } = null!;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = Inner.Change(dueTime, period);
            clock.Note(this, dueTime);
            return changed;
        }

        public void Dispose()
        {
            Inner.Dispose();
            clock.Note(this, null);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
