using System.Globalization;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Embedding;
using Mlflow.Deployments.Cli.Output;
using StackExchange.Redis;

namespace Mlflow.Deployments.Cli.Queue;

/// <summary>What <c>embed</c> does with a queue. Only from here on Redis is loaded.</summary>
internal static class QueueCommands
{
    private static readonly string[] Headings = ["job", "output", "rows", "shards", "done", "leased", "workers"];

    /// <summary>Works on a job until it is done and merged.</summary>
    public static Task<int> WorkAsync(string url, EmbedJob job, QueueSettings settings, Embedder embedder, EmbedProgress progress, Terminal terminal, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            await using var connection = await QueueConnection.OpenAsync(url);
            await job.CheckAsync(cancellationToken);
            var description = await job.DescribeAsync(withTime: false, cancellationToken);
            var queue = new QueueJob(connection.GetDatabase(), QueueJob.IdOf(job, description));
            await queue.EnsureAsync(job, settings.ShardRows, cancellationToken);
            return await new QueueWorker(queue, job, description, settings.Lease, embedder, progress, terminal).RunAsync(cancellationToken);
        });

    /// <summary>Merges a job whose shards are all done.</summary>
    public static Task<int> MergeAsync(string url, EmbedJob job, QueueSettings settings, EmbedProgress progress, Terminal terminal, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            await using var connection = await QueueConnection.OpenAsync(url);
            var description = await job.DescribeAsync(withTime: false, cancellationToken);
            var queue = new QueueJob(connection.GetDatabase(), QueueJob.IdOf(job, description));
            if (await queue.StateAsync() is not { } state)
            {
                throw new CommandException("The queue has no such job; give the options that it was begun with, or look with 'embed status'.");
            }

            if (!state.IsDone)
            {
                throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"{state.Done} of {state.Shards} shards are done; run 'embed' with --queue to do the rest, which also merges."));
            }

            var merger = new QueueMerger(queue, job, QueueJob.NewWorkerName(), settings.Lease, progress);
            if (await ProgressDisplay.ShowAsync(terminal, progress, () => merger.RunAsync(cancellationToken)) is { } merged)
            {
                return await Outcome.TellAsync(job, progress, merged, terminal);
            }

            await terminal.Error.WriteLineAsync($"'{job.Output}' was merged already.");
            return ExitCodes.Ok;
        });

    /// <summary>Shows all jobs that are not merged.</summary>
    public static Task<int> StatusAsync(string url, OutputFormat format, Terminal terminal) => GuardedAsync(async () =>
    {
        await using var connection = await QueueConnection.OpenAsync(url);
        var redis = connection.GetDatabase();
        var states = new List<QueueState>();
        foreach (var id in await redis.SetMembersAsync(QueueJob.AllJobs))
        {
            if (await new QueueJob(redis, id.ToString()).StateAsync() is { } state)
            {
                states.Add(state);
            }
        }

        switch (format)
        {
            case OutputFormat.Json:
                await terminal.Out.WriteLineAsync(JsonLine.Of(new JsonArray([.. states.Select(Json)])));
                break;
            case OutputFormat.Table:
                Tables.Write(terminal, Headings, states.Select(Cells));
                break;
            default:
                foreach (var state in states)
                {
                    await terminal.Out.WriteLineAsync(string.Join('\t', Cells(state)));
                }

                break;
        }

        return ExitCodes.Ok;
    });

    private static string[] Cells(QueueState state) =>
        [state.Id, state.Output, .. new[] { state.Rows, state.Shards, state.Done, state.Leased, state.Workers }.Select(number => number.ToString(CultureInfo.InvariantCulture))];

    private static JsonNode Json(QueueState state) => new JsonObject
    {
        ["job"] = state.Id,
        ["output"] = state.Output,
        ["rows"] = state.Rows,
        ["shards"] = state.Shards,
        ["done"] = state.Done,
        ["leased"] = state.Leased,
        ["workers"] = state.Workers,
    };

    private static async Task<int> GuardedAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (RedisServerException e)
        {
            throw new CommandException($"Redis refused: {Commands.Failure.MessageOf(e).TrimEnd('.')}. Start the worker again when that is mended; nothing is lost.");
        }
        catch (Exception e) when (QueueConnection.IsLost(e))
        {
            // The library's message is a page about its insides.
            throw new CommandException("Redis does not answer any more. Start the same command again when it is back; nothing is lost.");
        }
        catch (DeployException e)
        {
            throw new CommandException($"{Commands.Failure.MessageOf(e)} Other workers take the shard over; this one can be started again.");
        }
    }
}
