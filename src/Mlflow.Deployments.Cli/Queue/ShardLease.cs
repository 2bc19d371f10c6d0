using StackExchange.Redis;

namespace Mlflow.Deployments.Cli.Queue;

/// <summary>A shard that a worker holds.</summary>
/// <param name="Id">Its entry in the stream.</param>
/// <param name="Shard">Its number, from 0.</param>
/// <param name="Worker">Who holds it.</param>
internal sealed record ShardLease(RedisValue Id, long Shard, string Worker);
