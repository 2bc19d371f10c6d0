namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>Counts calls in windows that begin with the first call after the last window ended. Thread-safe.</summary>
internal sealed class FixedWindow(int calls, TimeSpan length, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private long _start;
    private int _count;

    public RateLimitDecision Admit()
    {
        lock (_lock)
        {
            long now = timeProvider.GetTimestamp();
            TimeSpan age = timeProvider.GetElapsedTime(_start, now);
            if (_count == 0 || age >= length)
            {
                (_start, _count, age) = (now, 0, TimeSpan.Zero);
            }

            if (_count >= calls)
            {
                return new RateLimitDecision(RateLimitVerdict.Exceeded, 0, length - age);
            }

            _count++;
            return new RateLimitDecision(RateLimitVerdict.Admitted, calls - _count, length - age);
        }
    }
}
