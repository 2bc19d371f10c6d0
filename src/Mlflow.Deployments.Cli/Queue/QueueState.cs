namespace Mlflow.Deployments.Cli.Queue;

/// <summary>How far a shared job is.</summary>
internal sealed record QueueState
{
    public required string Id { get; init; }

    public required string Output { get; init; }

    public required long Rows { get; init; }

    public required int ShardRows { get; init; }

    public required long Shards { get; init; }

    public required long Done { get; init; }

    public required long Leased { get; init; }

    public required int Workers { get; init; }

    public required bool IsMerged { get; init; }

    public bool IsDone => IsMerged || Done == Shards;
}
