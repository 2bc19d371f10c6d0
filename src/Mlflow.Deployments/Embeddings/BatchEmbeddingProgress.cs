namespace Mlflow.Deployments.Embeddings;

/// <summary>How far a run of batch embeddings has come.</summary>
public sealed record BatchEmbeddingProgress
{
    /// <summary>Gets the number of texts that have their vectors.</summary>
    public int Done { get; init; }

    /// <summary>Gets the number of texts that were refused, with <see cref="BatchEmbeddingOptions.ContinueOnError"/>.</summary>
    public int Failed { get; init; }

    /// <summary>Gets the number of texts in all; null when the source does not say.</summary>
    public int? Total { get; init; }

    /// <summary>Gets the tokens that the server has counted so far, as far as it tells.</summary>
    public long Tokens { get; init; }

    /// <summary>Gets the time since the run began.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Gets the rate since the run began, in texts a second, with those that were refused.</summary>
    public double TextsPerSecond { get; init; }

    /// <summary>Gets the time that the rest takes at this rate; null when <see cref="Total"/> is.</summary>
    public TimeSpan? TimeLeft { get; init; }
}
