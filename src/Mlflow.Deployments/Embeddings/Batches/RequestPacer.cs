namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>
/// Decides when a request of a run may begin: how many are under way at once, how long all of them wait after 429 or 503, and what the
/// server's headers leave. Who waits goes in the order of the batches, so that the one that all others wait for is first. Giving a place
/// back lets nobody in: a batch that was refused enters again first, and the others profit from what it learns. Safe to use from many threads.
/// </summary>
internal sealed class RequestPacer : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(TaskCompletionSource<Place> Entered, long Characters), int> _waiting = new();
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly TimeSpan _firstDelay;
    private readonly int _most;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _stopping;
    private readonly RequestBudget _requests;
    private readonly RequestBudget _tokens;
    private double _limit;
    private int _underWay;
    private long _tokensUnderWay;
    private int _epoch;
    private int _refusalsInARow;
    private TimeSpan _resume;
    private long _charactersCounted;
    private long _tokensCounted;
    private bool _isStopped;

    public RequestPacer(BatchJob job, CancellationToken stop)
    {
        (_clock, _firstDelay, _most) = (job.Clock, job.RetryDelay, job.Options.MaxConcurrency);
        (_requests, _tokens) = (new(job.Options.Patience), new(job.Options.Patience));
        _limit = _most;
        _began = _clock.GetTimestamp();
        _timer = _clock.CreateTimer(static pacer => ((RequestPacer)pacer!).LetIn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _stopping = stop.UnsafeRegister(static pacer => ((RequestPacer)pacer!).Stop(), this);
    }

    private TimeSpan Now => _clock.GetElapsedTime(_began);

    /// <summary>Waits for a place, which one of the other methods gives back.</summary>
    /// <param name="order">The batch's number: the lowest goes first.</param>
    /// <param name="characters">How much is asked.</param>
    public Task<Place> EnterAsync(int order, long characters)
    {
        var entered = new TaskCompletionSource<Place>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isStopped)
            {
                return Task.FromCanceled<Place>(new(canceled: true));
            }

            _waiting.Enqueue((entered, characters), order);
        }

        LetIn();
        return entered.Task;
    }

    /// <summary>Gives a place back after an answer: the limit rises by one each time that all places have had an answer.</summary>
    public void Answered(Place place, RateLimitInfo? limits, long? tokens)
    {
        lock (_lock)
        {
            GiveBack(place);
            _refusalsInARow = 0;
            _limit = Math.Min(_most, _limit + (1 / _limit));
            if (tokens is { } count)
            {
                (_charactersCounted, _tokensCounted) = (_charactersCounted + place.Characters, _tokensCounted + count);
            }

            Take(limits);
        }
    }

    /// <summary>Gives a place back after 429 or 503: the limit is halved, and nobody enters for the time that is returned.</summary>
    /// <param name="place">The place. Of requests that were under way together, only the first to be refused halves the limit.</param>
    /// <param name="retryAfter">What the server asks for; null for a wait that grows with each refusal in a row.</param>
    /// <param name="limits">What the server says about its limits.</param>
    public TimeSpan Refused(Place place, TimeSpan? retryAfter, RateLimitInfo? limits)
    {
        TimeSpan wait;
        lock (_lock)
        {
            GiveBack(place);
            if (place.Epoch == _epoch)
            {
                _epoch++;
                _refusalsInARow++;
                _limit = Math.Max(1, _limit / 2);
            }

            wait = retryAfter ?? Backoff.Delay(_firstDelay, _refusalsInARow);
            _resume = Later(_resume, Now + wait);
            Take(limits);
        }

        return wait;
    }

    /// <summary>Gives a place back after anything else.</summary>
    public void Leave(Place place)
    {
        lock (_lock)
        {
            GiveBack(place);
        }
    }

    /// <summary>Lets in who may enter. Call it when a batch that has given its place back does not enter again at once.</summary>
    public void LetIn()
    {
        lock (_lock)
        {
            while (!_isStopped && _underWay < (int)_limit && _waiting.TryPeek(out var next, out _))
            {
                var now = Now;
                var tokens = EstimatedTokens(next.Characters);
                var from = Later(_resume, Later(_requests.FreeFrom(1, now), _tokens.FreeFrom(tokens, now)));
                if (from > now)
                {
                    _timer.Change(from - now, Timeout.InfiniteTimeSpan);
                    return;
                }

                _waiting.Dequeue();
                _underWay++;
                _tokensUnderWay += tokens;
                _requests.Spend(1);
                _tokens.Spend(tokens);
                next.Entered.TrySetResult(new(_epoch, next.Characters, tokens));
            }
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _timer.Dispose();
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void GiveBack(Place place)
    {
        _underWay--;
        _tokensUnderWay -= place.Tokens;
    }

    private void Take(RateLimitInfo? limits)
    {
        if (limits is not null)
        {
            _requests.Set(limits.RequestsRemaining, limits.RequestsReset, Now, _underWay);
            _tokens.Set(limits.TokensRemaining, limits.TokensReset, Now, _tokensUnderWay);
        }
    }

    // Four characters a token, until the answers tell better.
    private long EstimatedTokens(long characters) =>
        _charactersCounted == 0 ? characters / 4 : (long)((double)characters * _tokensCounted / _charactersCounted);

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

    /// <summary>A place among the requests under way.</summary>
    /// <param name="Epoch">How often the limit had been halved when it was taken.</param>
    /// <param name="Characters">How much is asked.</param>
    /// <param name="Tokens">How many tokens that may be.</param>
    internal sealed record Place(int Epoch, long Characters, long Tokens);
}
