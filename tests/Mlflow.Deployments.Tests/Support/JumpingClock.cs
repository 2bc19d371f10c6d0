namespace Mlflow.Deployments.Tests.Support;

/// <summary>A clock that jumps to the time that somebody waits for, at once: waits of minutes take no time and are counted all the same.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _now;

    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _now));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Jump(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Jump(JumpingClock clock, TimerCallback callback, object? state) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = Interlocked.Increment(ref _setting);
            if (dueTime >= TimeSpan.Zero)
            {
                var due = Volatile.Read(ref clock._now) + dueTime.Ticks;
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    for (var now = Volatile.Read(ref clock._now); now < due; now = Volatile.Read(ref clock._now))
                    {
                        Interlocked.CompareExchange(ref clock._now, due, now);
                    }

                    if (Volatile.Read(ref _setting) == setting)
                    {
                        callback(state);
                    }
                });
            }

            return true;
        }

        public void Dispose() => Interlocked.Increment(ref _setting);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
