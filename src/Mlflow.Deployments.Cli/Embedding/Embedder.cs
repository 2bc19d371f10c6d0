using System.Runtime.CompilerServices;
using Mlflow.Deployments.Cli.Files;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>Asks for the vectors of rows, and puts them into a work file in the order of the rows.</summary>
internal sealed class Embedder(IDeployClient client, EmbedJob job, BatchEmbeddingOptions options, EmbedProgress progress)
{
    /// <summary>Asks for all that is not in the work file yet.</summary>
    /// <param name="work">Where results go.</param>
    /// <param name="rows">The rows, good and bad; of the good ones as many are passed over as there are results.</param>
    /// <param name="dimensions">The length that vectors must have, as earlier ones had it; 0 for any.</param>
    /// <param name="cancellationToken">Stops, with every request under way.</param>
    public async Task RunAsync(WorkFile work, IAsyncEnumerable<InputRow> rows, int dimensions, CancellationToken cancellationToken)
    {
        dimensions = work.Dimensions > 0 ? work.Dimensions : dimensions;
        try
        {
            var answers = client.EmbedAllAsync(job.Endpoint, TextsAsync(rows, work.Count, cancellationToken), options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (answers)
            {
                while (await NextAsync(answers, work))
                {
                    var result = ResultOf(answers.Current);
                    dimensions = Check(result, dimensions);
                    work.Add(result);
                    progress.Count(result);
                }
            }
        }
        finally
        {
            work.Flush(); // also what came before a failure
        }
    }

    // Whatever has come is written before more is waited for: a kill costs no more than the requests under way.
    private static ValueTask<bool> NextAsync(IAsyncEnumerator<EmbeddedText> answers, WorkFile work)
    {
        var next = answers.MoveNextAsync();
        if (!next.IsCompleted)
        {
            work.Flush();
        }

        return next;
    }

    private static async IAsyncEnumerable<string> TextsAsync(IAsyncEnumerable<InputRow> rows, long skip, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (row.Text is { } text && skip-- <= 0)
            {
                yield return text;
            }
        }
    }

    private static RowResult ResultOf(EmbeddedText answer)
    {
        if (answer.Error is { } error)
        {
            return new(default, Commands.Failure.MessageOf(error));
        }

        foreach (var number in answer.Vector.Span)
        {
            if (!float.IsFinite(number))
            {
                return new(default, "The vector has a value that is no finite number.");
            }
        }

        return answer.Vector.Length > 0 ? new(answer.Vector, Error: null) : new(default, "The vector is empty.");
    }

    private int Check(RowResult result, int dimensions)
    {
        if (result.Error is not null)
        {
            return dimensions;
        }

        return dimensions == 0 || dimensions == result.Vector.Length
            ? result.Vector.Length
            : throw new CommandException($"The vectors of endpoint '{job.Endpoint}' have {result.Vector.Length} numbers now and had {dimensions} before: another model is behind it. Begin anew without --resume, after removing '{job.WorkPath}'.");
    }
}
