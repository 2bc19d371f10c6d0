using System.Runtime.CompilerServices;
using Mlflow.Deployments.Cli.Files;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>Asks for the vectors of rows, and puts them into a work file in the order of the rows.</summary>
internal sealed class Embedder(IDeployClient client, EmbedJob job, BatchEmbeddingOptions options, EmbedProgress progress)
{
    // What is asked and not kept yet is what a kill costs: requests under way, and answers on their way into the work file.
    private readonly int _mostAtRisk = (int)Math.Min((long)options.MaxConcurrency * options.BatchSize, int.MaxValue);

    /// <summary>Asks for all that is not in the work file yet. Texts are asked only as fast as answers are kept: at no time are more than concurrency × batch size of them asked and not kept.</summary>
    /// <param name="work">Where results go.</param>
    /// <param name="rows">The rows, good and bad; of the good ones as many are passed over as there are results.</param>
    /// <param name="dimensions">The length that vectors must have, as earlier ones had it; 0 for any.</param>
    /// <param name="cancellationToken">Stops, with every request under way.</param>
    public async Task RunAsync(WorkFile work, IAsyncEnumerable<InputRow> rows, int dimensions, CancellationToken cancellationToken)
    {
        dimensions = work.Dimensions > 0 ? work.Dimensions : dimensions;
        using var room = new SemaphoreSlim(_mostAtRisk);
        var released = work.Kept;
        try
        {
            var answers = client.EmbedAllAsync(job.Endpoint, TextsAsync(rows, work.Kept, room, cancellationToken), options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (answers)
            {
                while (await NextAsync(answers))
                {
                    var result = ResultOf(answers.Current);
                    dimensions = Check(result, dimensions);
                    work.Add(result);
                    progress.Count(result);
                    MakeRoom();
                }
            }
        }
        finally
        {
            work.Flush(); // also what came before a failure
        }

        // Whatever has come is written before more is waited for; texts that wait for room would else wait for ever.
        ValueTask<bool> NextAsync(IAsyncEnumerator<EmbeddedText> answers)
        {
            var next = answers.MoveNextAsync();
            if (!next.IsCompleted)
            {
                work.Flush();
                MakeRoom();
            }

            return next;
        }

        void MakeRoom()
        {
            if (work.Kept > released)
            {
                room.Release((int)(work.Kept - released));
                released = work.Kept;
            }
        }
    }

    private async IAsyncEnumerable<string> TextsAsync(IAsyncEnumerable<InputRow> rows, long skip, SemaphoreSlim room, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (row.Text is not { } text)
            {
                progress.CountRejected();
                continue;
            }

            progress.CountHanded();
            if (skip-- <= 0)
            {
                await room.WaitAsync(cancellationToken);
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
