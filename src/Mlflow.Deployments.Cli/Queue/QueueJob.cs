using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mlflow.Deployments.Cli.Embedding;
using Mlflow.Deployments.Cli.Files;
using StackExchange.Redis;

namespace Mlflow.Deployments.Cli.Queue;

/// <summary>A job that several processes share: its shards in a Redis stream, leased through a consumer group, and what became of them.</summary>
/// <remarks>
/// Workers find the job by what it is: the same input, endpoint and name of the output give the same keys. Redis holds numbers of shards only;
/// rows and vectors stay in files.
/// </remarks>
internal sealed class QueueJob(IDatabase redis, string id)
{
    public const string AllJobs = "mlflow-deployments:embed:jobs";

    private const string Group = "workers";

    private static readonly TimeSpan Afterglow = TimeSpan.FromDays(1);

    private RedisKey Key { get; } = $"mlflow-deployments:embed:{{{id}}}";

    private RedisKey Shards => $"mlflow-deployments:embed:{{{id}}}:shards";

    private RedisKey DoneShards => $"mlflow-deployments:embed:{{{id}}}:done";

    private RedisKey MergeLock => $"mlflow-deployments:embed:{{{id}}}:merging";

    /// <summary>Gets the id of the job that these options describe.</summary>
    public static string IdOf(EmbedJob job, string description) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{description}\n{Path.GetFileName(job.Output)}")))[..16];

    /// <summary>Makes a name for a process that no other has, on any machine.</summary>
    public static string NewWorkerName() => string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}");

    /// <summary>Makes the job, if no other worker has made it.</summary>
    public async Task EnsureAsync(EmbedJob job, int shardRows, CancellationToken cancellationToken)
    {
        if (await redis.HashGetAsync(Key, "merged") == 1 && !File.Exists(job.Output))
        {
            await redis.KeyDeleteAsync([Key, Shards, DoneShards]); // done once, and wanted again
        }

        if (await redis.KeyExistsAsync(Key))
        {
            return;
        }

        var rows = await CountAsync(job.Source, cancellationToken);
        var count = (rows + shardRows - 1) / shardRows;
        var made = redis.CreateTransaction();
        made.AddCondition(Condition.KeyNotExists(Key));
        var pending = new List<Task>
        {
            made.HashSetAsync(Key, [new("output", Path.GetFileName(job.Output)), new("rows", rows), new("shard rows", shardRows), new("shards", count), new("merged", 0)]),
            made.StreamCreateConsumerGroupAsync(Shards, Group, "0-0", createStream: true),
        };
        for (var shard = 0L; shard < count; shard++)
        {
            pending.Add(made.StreamAddAsync(Shards, "shard", shard));
        }

        if (await made.ExecuteAsync())
        {
            await Task.WhenAll(pending);
            await redis.SetAddAsync(AllJobs, id);
        }
    }

    public async Task<QueueState?> StateAsync()
    {
        var fields = (await redis.HashGetAllAsync(Key)).ToDictionary(field => field.Name.ToString(), field => field.Value, StringComparer.Ordinal);
        if (fields.Count == 0)
        {
            return null;
        }

        var pending = await redis.StreamPendingAsync(Shards, Group);
        return new()
        {
            Id = id,
            Output = fields["output"].ToString(),
            Rows = (long)fields["rows"],
            ShardRows = (int)fields["shard rows"],
            Shards = (long)fields["shards"],
            Done = await redis.SetLengthAsync(DoneShards),
            Leased = pending.PendingMessageCount,
            Workers = pending.Consumers?.Count(consumer => consumer.PendingMessageCount > 0) ?? 0,
            IsMerged = fields["merged"] == 1,
        };
    }

    /// <summary>Takes a shard: a new one, else one whose worker has been silent for the time of a lease.</summary>
    /// <returns>The shard, or null when there is none to take now.</returns>
    public async Task<ShardLease?> TakeAsync(string worker, TimeSpan lease)
    {
        var entries = await redis.StreamReadGroupAsync(Shards, Group, worker, ">", 1);
        for (RedisValue from = "0-0"; entries.Length == 0;)
        {
            // One claim looks at a few leases only, and tells where the next goes on.
            var claimed = await redis.StreamAutoClaimAsync(Shards, Group, worker, (long)lease.TotalMilliseconds, from, 1);
            (entries, from) = (claimed.ClaimedEntries, claimed.NextStartId);
            if (from == "0-0")
            {
                break;
            }
        }

        return entries is [var entry, ..] ? new(entry.Id, (long)entry["shard"], worker) : null;
    }

    /// <summary>Makes a lease run anew.</summary>
    /// <returns>False when another worker has taken the shard over.</returns>
    public async Task<bool> RenewAsync(ShardLease lease)
    {
        var mine = await redis.StreamPendingMessagesAsync(Shards, Group, 1, lease.Worker, lease.Id, lease.Id);
        if (mine.Length == 0)
        {
            return false;
        }

        await redis.StreamClaimIdsOnlyAsync(Shards, Group, lease.Worker, 0, [lease.Id]);
        return true;
    }

    /// <summary>Says that the result of a shard is in its file.</summary>
    public async Task FinishAsync(ShardLease lease)
    {
        var finished = redis.CreateTransaction();
        var added = finished.SetAddAsync(DoneShards, lease.Shard);
        var acknowledged = finished.StreamAcknowledgeAsync(Shards, Group, lease.Id);
        await finished.ExecuteAsync();
        await Task.WhenAll(added, acknowledged);
    }

    /// <summary>Takes, or keeps, the right to merge.</summary>
    public async Task<bool> TryMergeAsync(string worker, TimeSpan lease) =>
        await redis.StringSetAsync(MergeLock, worker, lease, When.NotExists) || (await redis.StringGetAsync(MergeLock) == worker && await redis.KeyExpireAsync(MergeLock, lease));

    /// <summary>Notes that the output is written. The job stays known for a day, for workers that look later.</summary>
    public async Task SetMergedAsync()
    {
        await redis.HashSetAsync(Key, "merged", 1);
        await redis.KeyExpireAsync(Key, Afterglow);
        await redis.KeyExpireAsync(Shards, Afterglow);
        await redis.KeyExpireAsync(DoneShards, Afterglow);
        await redis.KeyDeleteAsync(MergeLock);
        await redis.SetRemoveAsync(AllJobs, id);
    }

    private static async Task<long> CountAsync(RowSource source, CancellationToken cancellationToken)
    {
        await using var reader = await source.OpenAsync(withFields: false, cancellationToken);
        var rows = 0L;
        await foreach (var _ in reader.ReadAsync(cancellationToken))
        {
            rows++;
        }

        return rows;
    }
}
