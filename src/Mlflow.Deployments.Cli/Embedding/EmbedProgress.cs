using System.Globalization;
using Mlflow.Deployments.Cli.Files;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>How far a run is; read by what shows it, on another thread.</summary>
internal sealed class EmbedProgress(TimeProvider time) : IProgress<BatchEmbeddingProgress>
{
    private readonly long _began = time.GetTimestamp();
    private long _done;
    private long _rejected;
    private long _tokens;
    private long _tokensBefore;
    private double _share;
    private double _firstShare = double.NaN;
    private volatile bool _isWriting;

    /// <summary>Gets the rows that have a result of this run.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Gets or sets where the share of the input that was read comes from.</summary>
    public Func<double>? ReadShare { get; set; }

    /// <summary>Gets the share of the work that is done, from 0 to 1.</summary>
    public double Share => Volatile.Read(ref _share);

    /// <summary>Gets what is being done.</summary>
    public string Stage => _isWriting ? "writing" : "embedding";

    public void Count(RowResult result)
    {
        Interlocked.Increment(ref _done);
        if (result.Error is not null)
        {
            Interlocked.Increment(ref _rejected);
        }

        if (ReadShare is { } read)
        {
            SetShare(read());
        }
    }

    /// <summary>Says how much is done, where the input does not tell it.</summary>
    public void SetShare(double share)
    {
        _firstShare = double.IsNaN(_firstShare) ? share : _firstShare;
        Volatile.Write(ref _share, share);
    }

    public void CountWritten(double share)
    {
        _isWriting = true;
        Volatile.Write(ref _share, share);
    }

    /// <summary>Keeps the tokens of a batch run that has ended, when another one follows.</summary>
    public void KeepTokens() => _tokensBefore = Interlocked.Read(ref _tokens);

    public void Report(BatchEmbeddingProgress value) => Interlocked.Exchange(ref _tokens, _tokensBefore + value.Tokens);

    /// <summary>Describes the state in a few words: rows, rate, tokens, time left.</summary>
    public string Describe()
    {
        var elapsed = time.GetElapsedTime(_began);
        var (done, rejected, tokens) = (Done, Interlocked.Read(ref _rejected), Interlocked.Read(ref _tokens));
        var text = string.Create(CultureInfo.InvariantCulture, $"{done:N0} rows, {done / Math.Max(elapsed.TotalSeconds, 0.001):N0} rows/s");
        text += tokens > 0 ? string.Create(CultureInfo.InvariantCulture, $", {tokens:N0} tokens") : string.Empty;
        text += rejected > 0 ? string.Create(CultureInfo.InvariantCulture, $", {rejected:N0} rejected") : string.Empty;
        var (share, first) = (Share, double.IsNaN(_firstShare) ? 0 : _firstShare);
        if (!_isWriting && share > first + 0.001)
        {
            var left = elapsed * ((1 - share) / (share - first));
            text += string.Create(CultureInfo.InvariantCulture, $", {(int)left.TotalHours:00}:{left.Minutes:00}:{left.Seconds:00} left");
        }

        return text;
    }
}
