using System.Globalization;

namespace Mlflow.Deployments.Embeddings;

/// <summary>Embeds more texts than a server takes in one request.</summary>
public static class BatchEmbeddingExtensions
{
    /// <summary>Turns texts into vectors, in requests of <see cref="BatchEmbeddingOptions.BatchSize"/> texts.</summary>
    /// <param name="client">The client.</param>
    /// <param name="endpoint">The name of an embeddings endpoint.</param>
    /// <param name="texts">The texts; none of them null. No texts ask nothing.</param>
    /// <param name="options">Sizes and limits; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the call, with every request that is under way.</param>
    /// <returns>The vectors in input order, one for each text, each with the model's dimension.</returns>
    /// <exception cref="ArgumentException">A text is null, or an option makes no sense.</exception>
    /// <exception cref="DeployException">A request failed, or its answer does not fit the texts; the others are stopped.</exception>
    public static Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(
        this IDeployClient client, string endpoint, IReadOnlyList<string> texts, BatchEmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        ArgumentNullException.ThrowIfNull(texts);
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i] is null)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Text {i} is null."), nameof(texts));
            }
        }

        options ??= new();
        options.Validate(nameof(options));
        return EmbedBatchesAsync(client, endpoint, texts, options, cancellationToken);
    }

    private static async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedBatchesAsync(
        IDeployClient client, string endpoint, IReadOnlyList<string> texts, BatchEmbeddingOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var vectors = new ReadOnlyMemory<float>[texts.Count];
        var (size, format) = (options.BatchSize, options.EncodingFormat);
        var starts = Enumerable.Range(0, (int)(((long)texts.Count + size - 1) / size)).Select(batch => batch * size);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(starts, limits, async (start, token) =>
        {
            var batch = new string[Math.Min(size, texts.Count - start)];
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = texts[start + i];
            }

            var answer = await client.PredictAsync(endpoint, new EmbeddingRequest(batch) { EncodingFormat = format }, token).ConfigureAwait(false);
            Place(answer, vectors.AsSpan(start, batch.Length), endpoint);
        }).ConfigureAwait(false);
        return vectors;
    }

    private static void Place(EmbeddingResponse answer, Span<ReadOnlyMemory<float>> vectors, string endpoint)
    {
        EmbeddingFit.Check(answer, vectors.Length, endpoint);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = answer.Data[i].Vector;
        }
    }
}
