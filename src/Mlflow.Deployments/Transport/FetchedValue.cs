namespace Mlflow.Deployments.Transport;

/// <summary>
/// A value that has to be fetched and does not last: fetched once for all callers that wait for it, kept for as long as it may be used, and
/// dropped when it is refused.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FetchedValue<T>(TimeProvider clock)
    where T : class
{
    private readonly Lock _gate = new();
    private Task<T>? _flight;
    private T? _value;
    private DateTimeOffset _usableUntil;

    /// <summary>Gets the value, and fetches it where there is none that may still be used.</summary>
    /// <param name="state">What <paramref name="fetch"/> needs; nothing is allocated while the value may be used.</param>
    /// <param name="fetch">
    /// Fetches a value and tells until when it may be used. It has a time limit of its own. It begins inside a lock: what it needs of its caller it
    /// takes at once, and it yields before it sends.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait. A caller who leaves does not take the value from the others.</param>
    public ValueTask<T> GetAsync<TState>(TState state, Func<TState, Task<(T Value, DateTimeOffset UsableUntil)>> fetch, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_value is { } value && clock.GetUtcNow() < _usableUntil)
            {
                return new(value);
            }

            if (_flight is null or { IsCompleted: true })
            {
                _flight = FetchAsync(state, fetch);

                // Every caller may have left by the time it fails; then nobody looks at the exception.
                _ = _flight.ContinueWith(static flight => _ = flight.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            return new(_flight.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Drops the value, if it still is the refused one: another caller may have fetched a newer one by now.</summary>
    public void Drop(Predicate<T> isRefused)
    {
        lock (_gate)
        {
            if (_value is { } value && isRefused(value))
            {
                _value = null;
            }
        }
    }

    private async Task<T> FetchAsync<TState>(TState state, Func<TState, Task<(T Value, DateTimeOffset UsableUntil)>> fetch)
    {
        (T value, DateTimeOffset usableUntil) = await fetch(state).ConfigureAwait(false);
        lock (_gate)
        {
            _value = value;
            _usableUntil = usableUntil;
            _flight = null; // else a call that is refused at once could still wait for this one
        }

        return value;
    }
}
