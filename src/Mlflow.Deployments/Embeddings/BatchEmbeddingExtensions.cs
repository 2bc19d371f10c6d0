using System.Globalization;
using System.Runtime.CompilerServices;
using Mlflow.Deployments.Embeddings.Batches;

namespace Mlflow.Deployments.Embeddings;

/// <summary>Embeds any number of texts: in batches, several at once, at the pace that the server allows.</summary>
/// <remarks>
/// A batch that the server refuses is split until it is taken or the refused text is found; a size that it refuses is learned for the rest of
/// the run. 429 and 503 halve the number of requests under way and hold all of them back as long as the server asks; limits that it tells in
/// headers are kept before they are hit. A broken connection is tried again (<see cref="BatchEmbeddingOptions.MaxRetries"/>).
/// </remarks>
public static class BatchEmbeddingExtensions
{
    /// <summary>Turns texts into vectors.</summary>
    /// <param name="client">The client.</param>
    /// <param name="endpoint">The name of an embeddings endpoint.</param>
    /// <param name="texts">The texts; none of them null. No texts ask nothing. Empty texts are sent: whether they are taken is the model's to say.</param>
    /// <param name="options">Sizes and limits; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the call, with every request that is under way.</param>
    /// <returns>The vectors in input order, one for each text, each with the model's dimension (empty for a refused text, with <see cref="BatchEmbeddingOptions.ContinueOnError"/>).</returns>
    /// <exception cref="ArgumentException">A text is null, or an option makes no sense.</exception>
    /// <exception cref="DeployRequestException">A text was refused: <see cref="DeployRequestException.TextIndex"/> says which.</exception>
    /// <exception cref="DeployException">A request failed, or its answer does not fit the texts. Nothing is under way any more when it is thrown.</exception>
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

        return EmbedListAsync(BatchJob.ForList(client, endpoint, options, nameof(options), texts.Count), texts, cancellationToken);
    }

    /// <summary>Turns a sequence of texts of any length into vectors, in input order and in bounded memory.</summary>
    /// <param name="client">The client.</param>
    /// <param name="endpoint">The name of an embeddings endpoint.</param>
    /// <param name="texts">The texts; none of them null, at most 2,147,483,647. Enumerated once for each enumeration of the result, on a thread of the pool.</param>
    /// <param name="options">Sizes and limits; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the call, with every request that is under way.</param>
    /// <returns>
    /// The texts with their vectors, in input order. The source is pulled only as fast as they are taken: at most
    /// (<see cref="BatchEmbeddingOptions.MaxConcurrency"/> + 1) × <see cref="BatchEmbeddingOptions.BatchSize"/> texts ahead (and one more when
    /// <see cref="BatchEmbeddingOptions.MaxBatchCharacters"/> is set). When the enumeration ends, breaks off or fails, nothing is under way any more.
    /// </returns>
    /// <exception cref="ArgumentException">An option makes no sense; while enumerating: a text is null.</exception>
    /// <exception cref="DeployRequestException">A text was refused: <see cref="DeployRequestException.TextIndex"/> says which.</exception>
    /// <exception cref="DeployException">A request failed, or its answer does not fit the texts.</exception>
    public static IAsyncEnumerable<EmbeddedText> EmbedAllAsync(
        this IDeployClient client, string endpoint, IEnumerable<string> texts, BatchEmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        ArgumentNullException.ThrowIfNull(texts);
        int? count = texts.TryGetNonEnumeratedCount(out var known) ? known : null;
        return BatchRun.EmbedAsync(BatchJob.ForStream(client, endpoint, options, nameof(options), count), Pulled(texts), cancellationToken);
    }

    /// <summary>Turns a sequence of texts of any length, which come one after the other, into vectors, in input order and in bounded memory.</summary>
    /// <param name="client">The client.</param>
    /// <param name="endpoint">The name of an embeddings endpoint.</param>
    /// <param name="texts">The texts; none of them null, at most 2,147,483,647. A batch is sent when it is full, or when the texts end. Enumerated once for each enumeration of the result.</param>
    /// <param name="options">Sizes and limits; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the call, with every request that is under way.</param>
    /// <returns>The texts with their vectors, as of the other overload.</returns>
    /// <exception cref="ArgumentException">An option makes no sense; while enumerating: a text is null.</exception>
    /// <exception cref="DeployRequestException">A text was refused: <see cref="DeployRequestException.TextIndex"/> says which.</exception>
    /// <exception cref="DeployException">A request failed, or its answer does not fit the texts.</exception>
    [OverloadResolutionPriority(1)]
    public static IAsyncEnumerable<EmbeddedText> EmbedAllAsync(
        this IDeployClient client, string endpoint, IAsyncEnumerable<string> texts, BatchEmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        ArgumentNullException.ThrowIfNull(texts);
        return BatchRun.EmbedAsync(BatchJob.ForStream(client, endpoint, options, nameof(options), count: null), texts, cancellationToken);
    }

    private static async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedListAsync(BatchJob job, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var vectors = new ReadOnlyMemory<float>[texts.Count];
        await foreach (var text in BatchRun.EmbedAsync(job, Pulled(texts), cancellationToken).ConfigureAwait(false))
        {
            vectors[text.Index] = text.Vector;
        }

        return vectors;
    }

    private static async IAsyncEnumerable<string> Pulled(IEnumerable<string> texts)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var text in texts)
        {
            yield return text;
        }
    }
}
