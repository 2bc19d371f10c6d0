using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Embedding;
using Mlflow.Deployments.Cli.Files;

namespace Mlflow.Deployments.Cli.Queue;

/// <summary>One of any number of processes that share a job: takes shards until none is left; the first to find all done merges.</summary>
internal sealed class QueueWorker(QueueJob queue, EmbedJob job, string description, TimeSpan lease, Embedder embedder, EmbedProgress progress, Terminal terminal)
{
    private readonly string _name = QueueJob.NewWorkerName();
    private readonly ShardFiles _files = new(job.Output);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_files.Folder);
        if (await ProgressDisplay.ShowAsync(terminal, progress, () => WorkAsync(cancellationToken)) is { } merged)
        {
            return await Outcome.TellAsync(job, progress, merged, terminal);
        }

        await terminal.Error.WriteLineAsync($"'{job.Output}' is written by another worker; this one did {progress.Now.Rows} rows.");
        return File.Exists(job.ErrorsPath) ? ExitCodes.RowsRejected : ExitCodes.Ok;
    }

    private async Task<Merged?> WorkAsync(CancellationToken cancellationToken)
    {
        ShardRows? rows = null;
        try
        {
            while (await queue.StateAsync() is { IsDone: false } state)
            {
                rows ??= new(job.Source, state.ShardRows);
                progress.SetShare((double)state.Done / state.Shards);
                if (await queue.TakeAsync(_name, lease) is not { } shard || !await TryShardAsync(shard, rows, cancellationToken))
                {
                    await Task.Delay(lease / 4, TimeProvider.System, cancellationToken); // others hold the rest; they may die
                }
            }
        }
        finally
        {
            await (rows?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        return await new QueueMerger(queue, job, _name, lease, progress).RunAsync(cancellationToken);
    }

    // False when the shard's former worker is alive after all and still writes, or this one has lost it: it is left to them.
    private async Task<bool> TryShardAsync(ShardLease shard, ShardRows rows, CancellationToken cancellationToken)
    {
        using var kept = new KeptLease(() => queue.RenewAsync(shard), lease, cancellationToken);
        try
        {
            if (!File.Exists(_files.Finished(shard.Shard)))
            {
                using (var work = OpenWork(_files.WorkPath(shard.Shard)))
                {
                    await embedder.RunAsync(work, rows.OfAsync(shard.Shard, kept.Token), dimensions: 0, kept.Token);
                    work.Sync();
                }

                progress.KeepTokens();
                File.Move(_files.WorkPath(shard.Shard), _files.Finished(shard.Shard), overwrite: true);
            }
        }
        catch (WorkInUseException)
        {
            return false;
        }
        catch (FileNotFoundException) when (File.Exists(_files.Finished(shard.Shard)))
        {
            // Two have finished it, the other one first; the results are the same.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        await queue.FinishAsync(shard);
        return true;
    }

    // A dead worker's results are gone on with: what it was answered is not asked again.
    private WorkFile OpenWork(string path) =>
        File.Exists(path) && WorkFile.Resume(path) is { } found && found.Job == description ? found.Work : WorkFile.Create(path, description);
}
