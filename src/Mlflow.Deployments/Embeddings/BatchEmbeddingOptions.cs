namespace Mlflow.Deployments.Embeddings;

/// <summary>How many texts are embedded together, and how many requests are under way at once.</summary>
public sealed class BatchEmbeddingOptions
{
    /// <summary>Gets or sets the number of texts in one request.</summary>
    /// <value>256. At least 1.</value>
    public int BatchSize { get; set; } = Defaults.EmbeddingBatchSize;

    /// <summary>Gets or sets the number of requests under way at once.</summary>
    /// <value>8. At least 1.</value>
    public int MaxConcurrency { get; set; } = Defaults.EmbeddingConcurrency;

    /// <summary>Gets or sets how the vectors travel.</summary>
    /// <value>Null: left to the server, which sends numbers.</value>
    public EmbeddingEncodingFormat? EncodingFormat { get; set; }

    internal void Validate(string argumentName)
    {
        if (BatchSize < 1)
        {
            throw new ArgumentException($"{nameof(BatchSize)} is {BatchSize}; it must be at least 1.", argumentName);
        }

        if (MaxConcurrency < 1)
        {
            throw new ArgumentException($"{nameof(MaxConcurrency)} is {MaxConcurrency}; it must be at least 1.", argumentName);
        }
    }
}
