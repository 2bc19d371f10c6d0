using System.Text.Json;

namespace Mlflow.Deployments.Embeddings;

/// <summary>How texts are embedded in batches: sizes, concurrency, and what happens when something is refused.</summary>
/// <remarks>Read when the call begins; later changes have no effect on it.</remarks>
public sealed class BatchEmbeddingOptions
{
    /// <summary>Gets or sets the largest number of texts in one request.</summary>
    /// <value>256. At least 1.</value>
    /// <remarks>A server that takes fewer needs no setting: its limit is found out at its first refusal and kept for the rest of the run.</remarks>
    public int BatchSize { get; set; } = Defaults.EmbeddingBatchSize;

    /// <summary>Gets or sets the largest number of characters in one request, for servers that limit the tokens of a request.</summary>
    /// <value>Null: not limited. At least 1. A single longer text goes alone.</value>
    public int? MaxBatchCharacters { get; set; }

    /// <summary>Gets or sets the largest number of requests under way at once.</summary>
    /// <value>8. At least 1.</value>
    /// <remarks>Halved when the server answers 429 or 503, then raised again step by step.</remarks>
    public int MaxConcurrency { get; set; } = Defaults.EmbeddingConcurrency;

    /// <summary>Gets or sets how the vectors travel.</summary>
    /// <value>
    /// Null: base64 where the server can, else numbers. Base64 is tried by the first requests; a server that refuses it is asked again
    /// without, and both outcomes are remembered for this client and endpoint.
    /// </value>
    public EmbeddingEncodingFormat? EncodingFormat { get; set; }

    /// <summary>Gets or sets whether a text that the server refuses gets its <see cref="EmbeddedText.Error"/> and the others go on.</summary>
    /// <value>False: the first refused text fails the call.</value>
    /// <remarks>
    /// What would hit every text fails the call all the same: credentials, an unknown endpoint, a server that cannot be reached, and 32 texts
    /// refused before a single one was taken. In <c>EmbedAsync</c> a refused text has an empty vector.
    /// </remarks>
    public bool ContinueOnError { get; set; }

    /// <summary>Gets or sets whether equal texts are asked once.</summary>
    /// <value>False.</value>
    /// <remarks>
    /// <c>EmbedAsync</c> finds every repetition. <c>EmbedAllAsync</c>, whose memory is bounded, finds a text again among the 4,096 different
    /// texts seen last; their vectors are kept (25 MB at 1,536 dimensions). Repetitions take no room in a request, so that up to four times
    /// as many texts are pulled ahead.
    /// </remarks>
    public bool Deduplicate { get; set; }

    /// <summary>Gets or sets who is told how far the run has come: after each batch in input order, and before its texts are handed out.</summary>
    /// <value>Null. Never called from two threads at once, nor after the run has ended.</value>
    public IProgress<BatchEmbeddingProgress>? Progress { get; set; }

    /// <summary>Gets or sets the number of texts, for <see cref="BatchEmbeddingProgress.TimeLeft"/>, when the source cannot tell it.</summary>
    /// <value>Null: taken from the source if that is a collection. Not negative.</value>
    public int? ExpectedCount { get; set; }

    /// <summary>Gets or sets how often a batch is sent again after a broken connection, a time-out, 500, 502 or 504.</summary>
    /// <value>5. Not negative.</value>
    /// <remarks>
    /// Unlike single calls, which may have been paid for, embeddings are cheap and asking twice changes nothing. These tries take the place of
    /// <see cref="DeployClientOptions.MaxRetries"/>. The first follows at once, the others after growing waits.
    /// </remarks>
    public int MaxRetries { get; set; } = Defaults.EmbeddingRetries;

    /// <summary>Gets or sets how long a batch is sent again while the server answers 429 or 503.</summary>
    /// <value>10 minutes, counted from the first such answer to that batch. Not negative.</value>
    /// <remarks>A server that asks for a longer wait than is left fails the call at once.</remarks>
    public TimeSpan Patience { get; set; } = Defaults.EmbeddingPatience;

    /// <summary>Gets or sets more parameters of each request, by their wire names, for example <c>dimensions</c> or <c>input_type</c>.</summary>
    /// <value>Null.</value>
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Gets or sets the clock of waits, rates and time left.</summary>
    /// <value>Null: the clock of the <see cref="DeployClient"/>, else the system's.</value>
    public TimeProvider? TimeProvider { get; set; }

    internal BatchEmbeddingOptions Copy() => (BatchEmbeddingOptions)MemberwiseClone();

    internal void Validate(string argumentName)
    {
        if (Problems().FirstOrDefault() is { } problem)
        {
            throw new ArgumentException(problem, argumentName);
        }
    }

    private IEnumerable<string> Problems()
    {
        if (BatchSize < 1)
        {
            yield return $"{nameof(BatchSize)} is {BatchSize}; it must be at least 1.";
        }

        if (MaxBatchCharacters < 1)
        {
            yield return $"{nameof(MaxBatchCharacters)} is {MaxBatchCharacters}; it must be at least 1, or null for no limit.";
        }

        if (MaxConcurrency < 1)
        {
            yield return $"{nameof(MaxConcurrency)} is {MaxConcurrency}; it must be at least 1.";
        }

        if (ExpectedCount < 0)
        {
            yield return $"{nameof(ExpectedCount)} is {ExpectedCount}; it must not be negative. Leave it null when it is unknown.";
        }

        if (MaxRetries < 0)
        {
            yield return $"{nameof(MaxRetries)} is {MaxRetries}; it must not be negative.";
        }

        if (Patience < TimeSpan.Zero || Patience > Defaults.LongestTimeout)
        {
            yield return $"{nameof(Patience)} is {Patience}; it must be from zero to {Defaults.LongestTimeout.TotalDays} days.";
        }
    }
}
