namespace Mlflow.Deployments.Cli.Queue;

/// <summary>How a job is shared.</summary>
/// <param name="ShardRows">The rows of a shard; the first worker's count.</param>
/// <param name="Lease">How long a worker may be silent before its shard goes to another.</param>
internal sealed record QueueSettings(int ShardRows, TimeSpan Lease);
