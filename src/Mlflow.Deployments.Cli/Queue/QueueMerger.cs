using Mlflow.Deployments.Cli.Embedding;

namespace Mlflow.Deployments.Cli.Queue;

/// <summary>Writes the output of a shared job whose shards are all done, unless another process does.</summary>
internal sealed class QueueMerger(QueueJob queue, EmbedJob job, string worker, TimeSpan lease, EmbedProgress progress)
{
    private readonly ShardFiles _files = new(job.Output);

    /// <summary>Merges what is done, without doing more.</summary>
    /// <returns>How many rows went where; null when another process has merged.</returns>
    public async Task<Merged?> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await queue.StateAsync()
                ?? throw new CommandException("Redis has forgotten the job: it was emptied, or started anew without its data. Start the worker again; shards that are done are not asked again.");
            if (state.IsMerged)
            {
                return null;
            }

            if (await queue.TryMergeAsync(worker, lease))
            {
                using var kept = new KeptLease(() => queue.TryMergeAsync(worker, lease), lease, cancellationToken);
                return await MergeAsync(state.Shards, kept.Token);
            }

            await Task.Delay(lease / 4, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<Merged> MergeAsync(long shards, CancellationToken cancellationToken)
    {
        if (_files.FirstMissing(shards) is { } missing)
        {
            throw new CommandException($"The results of shard {missing} are not in '{_files.Folder}': all workers must write to the same shared folder. Share it, and run 'embed merge'.");
        }

        var merged = await new Merger(job, progress).RunAsync(_files.ReadAll(shards), cancellationToken);
        await queue.SetMergedAsync();
        Directory.Delete(_files.Folder, recursive: true);
        return merged;
    }
}
