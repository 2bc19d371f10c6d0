using Mlflow.Deployments.Cli.Files;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>How far a run is; read by what shows it, on another thread.</summary>
internal sealed class EmbedProgress(TimeProvider time) : IProgress<BatchEmbeddingProgress>
{
    private readonly long _began = time.GetTimestamp();
    private long _embedded; // when embedding ended; 0 until then
    private long _earlier;
    private long _handed;
    private long _done;
    private long _rejected;
    private long _tokens;
    private long _tokensBefore;
    private double _share;
    private double _firstShare = double.NaN;

    /// <summary>Gets or sets where the share of the input that was read comes from.</summary>
    public Func<double>? ReadShare { get; set; }

    /// <summary>Gets the state.</summary>
    public ProgressState Now
    {
        get
        {
            var embedded = Interlocked.Read(ref _embedded);
            var elapsed = embedded == 0 ? time.GetElapsedTime(_began) : time.GetElapsedTime(_began, embedded);
            var (done, share, first) = (Interlocked.Read(ref _done), Volatile.Read(ref _share), double.IsNaN(_firstShare) ? 0 : _firstShare);
            return new(
                embedded == 0 ? "embedding" : "writing",
                share,
                done,
                done / Math.Max(elapsed.TotalSeconds, 0.001),
                Interlocked.Read(ref _tokens),
                Interlocked.Read(ref _rejected),
                embedded == 0 && share > first + 0.001 ? elapsed * ((1 - share) / (share - first)) : null);
        }
    }

    /// <summary>Says how many results an earlier run left.</summary>
    public void CountEarlier(long results) => _earlier = results;

    /// <summary>Counts a text that was read.</summary>
    public void CountHanded()
    {
        if (++_handed <= _earlier && ReadShare is { } read)
        {
            Volatile.Write(ref _share, read());
        }
    }

    public void Count(RowResult result)
    {
        Interlocked.Increment(ref _done);
        if (result.Error is not null)
        {
            CountRejected();
        }

        if (ReadShare is { } read)
        {
            // What was read is ahead of what is done by all that is under way; of a small file, all of it.
            SetShare(read() * Math.Min(1, (double)(_earlier + _done) / Math.Max(1, Volatile.Read(ref _handed))));
        }
    }

    public void CountRejected() => Interlocked.Increment(ref _rejected);

    /// <summary>Says how much is done, where the input does not tell it.</summary>
    public void SetShare(double share)
    {
        _firstShare = double.IsNaN(_firstShare) ? share : _firstShare;
        Volatile.Write(ref _share, share);
    }

    public void CountWritten(double share)
    {
        Interlocked.CompareExchange(ref _embedded, time.GetTimestamp(), 0);
        Volatile.Write(ref _share, share);
    }

    /// <summary>Keeps the tokens of a batch run that has ended, when another one follows.</summary>
    public void KeepTokens() => _tokensBefore = Interlocked.Read(ref _tokens);

    public void Report(BatchEmbeddingProgress value) => Interlocked.Exchange(ref _tokens, _tokensBefore + value.Tokens);
}
