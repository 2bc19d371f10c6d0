namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>
/// Decides when a request of a run may begin: how many are under way at once, how long all of them wait after 429 or 503, and what the
/// server's headers leave. Who waits goes in the order of the batches, so that the one that all others wait for is first. Safe to use
/// from many threads.
/// </summary>
internal sealed class RequestPacer : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(TaskCompletionSource<int> Entered, long Characters), int> _waiting = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _firstDelay;
    private readonly TimeSpan _longestWait;
    private readonly int _most;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _stopping;
    private readonly RequestBudget _requests;
    private readonly RequestBudget _tokens;
    private double _limit;
    private int _underWay;
    private int _epoch;
    private int _refusalsInARow;
    private DateTimeOffset _resume = DateTimeOffset.MinValue;
    private long _charactersAsked;
    private long _tokensCounted;
    private bool _isStopped;

    public RequestPacer(BatchJob job, CancellationToken stop)
    {
        (_clock, _firstDelay, _longestWait, _most) = (job.Clock, job.RetryDelay, job.Options.Patience, job.Options.MaxConcurrency);
        (_requests, _tokens) = (new(_longestWait), new(_longestWait));
        _limit = _most;
        _timer = _clock.CreateTimer(static pacer => ((RequestPacer)pacer!).LetIn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _stopping = stop.UnsafeRegister(static pacer => ((RequestPacer)pacer!).Stop(), this);
    }

    /// <summary>Waits for a place. Give it back by one of the other methods, with what is returned here.</summary>
    /// <param name="order">The batch's number: the lowest goes first.</param>
    /// <param name="characters">How much is asked.</param>
    public Task<int> EnterAsync(int order, long characters)
    {
        var entered = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isStopped)
            {
                return Task.FromCanceled<int>(new(canceled: true));
            }

            _waiting.Enqueue((entered, characters), order);
        }

        LetIn();
        return entered.Task;
    }

    /// <summary>Gives a place back after an answer: the limit rises by one each time that all places have had an answer.</summary>
    public void Answered(RateLimitInfo? limits, long characters, long? tokens)
    {
        lock (_lock)
        {
            _underWay--;
            _refusalsInARow = 0;
            _limit = Math.Min(_most, _limit + (1 / _limit));
            if (tokens is { } count)
            {
                (_charactersAsked, _tokensCounted) = (_charactersAsked + characters, _tokensCounted + count);
            }

            Take(limits);
        }

        LetIn();
    }

    /// <summary>Gives a place back after 429 or 503: the limit is halved, and nobody enters for the time that is returned.</summary>
    /// <param name="epoch">What <see cref="EnterAsync"/> returned: of requests that were under way together, only the first to be refused halves the limit.</param>
    /// <param name="retryAfter">What the server asks for; null for a wait that grows with each refusal in a row.</param>
    /// <param name="limits">What the server says about its limits.</param>
    public TimeSpan Refused(int epoch, TimeSpan? retryAfter, RateLimitInfo? limits)
    {
        TimeSpan wait;
        lock (_lock)
        {
            _underWay--;
            if (epoch == _epoch)
            {
                _epoch++;
                _refusalsInARow++;
                _limit = Math.Max(1, _limit / 2);
            }

            wait = retryAfter ?? Backoff.Delay(_firstDelay, _refusalsInARow);
            var resume = _clock.GetUtcNow() + wait;
            _resume = resume > _resume ? resume : _resume;
            Take(limits);
        }

        LetIn();
        return wait;
    }

    /// <summary>Gives a place back after anything else.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _underWay--;
        }

        LetIn();
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _timer.Dispose();
    }

    private void Take(RateLimitInfo? limits)
    {
        if (limits is not null)
        {
            var now = _clock.GetUtcNow();
            _requests.Set(limits.RequestsRemaining, limits.RequestsReset, now, _underWay);
            _tokens.Set(limits.TokensRemaining, limits.TokensReset, now, takenSince: 0);
        }
    }

    private void LetIn()
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            while (!_isStopped && _underWay < (int)_limit && _waiting.TryPeek(out var next, out _))
            {
                var tokens = EstimatedTokens(next.Characters);
                var from = Latest(_resume, _requests.FreeFrom(1, now), _tokens.FreeFrom(tokens, now));
                if (from > now)
                {
                    _timer.Change(from - now, Timeout.InfiniteTimeSpan);
                    return;
                }

                _waiting.Dequeue();
                _underWay++;
                _requests.Spend(1);
                _tokens.Spend(tokens);
                next.Entered.TrySetResult(_epoch);
            }
        }
    }

    // Four characters a token, until the answers tell better.
    private long EstimatedTokens(long characters) =>
        _charactersAsked == 0 ? characters / 4 : (long)((double)characters * _tokensCounted / _charactersAsked);

    private void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            while (_waiting.TryDequeue(out var next, out _))
            {
                next.Entered.TrySetCanceled(new(canceled: true));
            }
        }
    }

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b, DateTimeOffset c) => a > b ? (a > c ? a : c) : (b > c ? b : c);
}
