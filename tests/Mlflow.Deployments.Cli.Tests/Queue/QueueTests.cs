using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Files;
using Mlflow.Deployments.Cli.Queue;
using Mlflow.Deployments.Cli.Tests.Files;
using Mlflow.Deployments.Cli.Tests.Support;
using Mlflow.Deployments.Tests.Shared;

namespace Mlflow.Deployments.Cli.Tests.Queue;

/// <summary>Several processes share one job through a real Redis server.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class QueueTests : IAsyncDisposable
{
    private const int Rows = 2_000;
    private const int ShardRows = 100;
    private const int BatchSize = 20;
    private const int Concurrency = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private FakeEmbeddings _server = null!;
    private string _input = string.Empty;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await FakeEmbeddings.StartAsync();
        _input = InFolder("in.jsonl");
        await SampleRows.WriteAsync(_input, Rows);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Three_workers_one_killed_give_every_row_once_and_in_order(CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken);
        var whole = await CommandRun.OfAsync(["embed", "--target", _server.Address, "--endpoint", "embeddings", "--input", _input, "--output", InFolder("whole.jsonl")]);
        await using var counted = await FakeEmbeddings.StartAsync();
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        counted.Before = async (_, _) =>
        {
            await (counted.Requests > 6 ? killed.Task.WaitAsync(cancellationToken) : Task.CompletedTask);
            return false;
        };
        var workers = Enumerable.Range(0, 3).Select(_ => CliProcess.Start(counted.Address, Arguments(redis))).ToList();
        while ((await JobAsync(redis))?["workers"]!.GetValue<int>() is not 3)
        {
            cancellationToken.ThrowIfCancellationRequested(); // until each has a shard, of which the server keeps answers back
        }

        workers[1].Kill();
        await workers[1].WaitForExitAsync(cancellationToken);
        killed.SetResult();
        var runs = await Task.WhenAll(new[] { workers[0], workers[2] }.Select(worker => CliProcess.EndAsync(worker, cancellationToken)));

        Assert.Multiple(() =>
        {
            Assert.That(whole.ExitCode, Is.EqualTo(4));
            Assert.That(runs.Select(run => run.ExitCode), Is.All.EqualTo(4), string.Concat(runs.Select(run => run.Error)));
            Assert.That(File.ReadAllBytes(InFolder("out.jsonl")), Is.EqualTo(File.ReadAllBytes(InFolder("whole.jsonl"))));
            Assert.That(File.ReadAllBytes(InFolder("out.jsonl.errors.jsonl")), Is.EqualTo(File.ReadAllBytes(InFolder("whole.jsonl.errors.jsonl"))));
            Assert.That(counted.Different, Is.EqualTo(Rows - (Rows / 100)));
            Assert.That(counted.Repetitions, Is.LessThanOrEqualTo(Concurrency * BatchSize), "only what the killed worker had under way is asked again");
            Assert.That(Directory.Exists(InFolder("out.jsonl.shards")), Is.False);
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Status_tells_what_is_leased_and_merge_refuses_before_all_is_done(CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (_, _) =>
        {
            underWay.TrySetResult();
            await go.Task.WaitAsync(cancellationToken);
            return false;
        };
        var worker = CommandRun.OfAsync([.. Arguments(redis), "--target", _server.Address]);
        await underWay.Task.WaitAsync(cancellationToken);

        var job = await JobAsync(redis);
        var merge = await MergeAsync(redis);
        go.SetResult();
        var done = await worker.WaitAsync(cancellationToken);
        var after = await JobAsync(redis);

        Assert.Multiple(() =>
        {
            Assert.That((job!["output"]!.GetValue<string>(), job["rows"]!.GetValue<int>(), job["shards"]!.GetValue<int>(), job["leased"]!.GetValue<int>()), Is.EqualTo(("out.jsonl", Rows, Rows / ShardRows, 1)));
            Assert.That(merge.ExitCode, Is.EqualTo(1));
            Assert.That(merge.Error, Does.Contain($"of {Rows / ShardRows} shards"));
            Assert.That(done.ExitCode, Is.EqualTo(4), done.Error);
            Assert.That(after, Is.Null);
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Merge_writes_what_a_worker_left_that_died_before_it_merged(CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken);
        Directory.CreateDirectory(InFolder("out.jsonl.partial")); // the output cannot be begun
        var failed = await CommandRun.OfAsync([.. Arguments(redis), "--target", _server.Address]).WaitAsync(cancellationToken);
        Directory.Delete(InFolder("out.jsonl.partial"));
        var requests = _server.Requests;

        var merged = await MergeAsync(redis).WaitAsync(cancellationToken);
        var again = await MergeAsync(redis).WaitAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(failed.ExitCode, Is.EqualTo(1));
            Assert.That(merged.ExitCode, Is.EqualTo(4), merged.Error);
            Assert.That(File.ReadLines(InFolder("out.jsonl")).Select(line => JsonNode.Parse(line)!["id"]!.GetValue<int>()), Is.EqualTo(Enumerable.Range(0, Rows).Where(i => i % 100 != 7)));
            Assert.That(_server.Requests, Is.EqualTo(requests), "merging asks nothing");
            Assert.That(Directory.Exists(InFolder("out.jsonl.shards")), Is.False);
            Assert.That(again.Error, Does.Contain("merged already"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Worker_that_lives_but_lost_its_lease_leaves_the_shard_to_others(CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (context, _) =>
        {
            if (_server.Requests > 3)
            {
                underWay.TrySetResult();
                await AbortedAsync(context); // for ever, if the worker keeps its shard
                _server.Before = null;
            }

            return false;
        };
        var worker = CommandRun.OfAsync([.. Arguments(redis), "--target", _server.Address]);
        await underWay.Task.WaitAsync(cancellationToken);
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}");
        var job = await JobAsync(redis);
        var shards = $"mlflow-deployments:embed:{{{job!["job"]}}}:shards";
        var leased = await connection.GetDatabase().StreamPendingMessagesAsync(shards, "workers", 1, StackExchange.Redis.RedisValue.Null);

        await connection.GetDatabase().StreamClaimAsync(shards, "workers", "other", 0, [leased[0].MessageId]); // which dies at once

        var run = await worker.WaitAsync(cancellationToken);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4), run.Error);
            Assert.That(File.ReadLines(InFolder("out.jsonl")).Select(line => JsonNode.Parse(line)!["id"]!.GetValue<int>()), Is.EqualTo(Enumerable.Range(0, Rows).Where(i => i % 100 != 7)));
            Assert.That(_server.Repetitions, Is.LessThanOrEqualTo(Concurrency * BatchSize));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Two_workers_that_finish_the_same_shard_give_its_rows_once([Values] bool isWorkFileGone, CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (_, _) =>
        {
            if (_server.Requests > 3)
            {
                underWay.TrySetResult();
                await go.Task.WaitAsync(cancellationToken);
            }

            return false;
        };
        var worker = CommandRun.OfAsync([.. Arguments(redis, lease: 3_600), "--target", _server.Address]); // it does not look whether it still has its lease
        await underWay.Task.WaitAsync(cancellationToken);
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}");
        var queue = connection.GetDatabase();
        var id = (await JobAsync(redis))!["job"]!.GetValue<string>();
        var shards = $"mlflow-deployments:embed:{{{id}}}:shards";
        var leased = (await queue.StreamPendingMessagesAsync(shards, "workers", 1, StackExchange.Redis.RedisValue.Null))[0].MessageId;

        await queue.StreamClaimAsync(shards, "workers", "other", 0, [leased]);
        var files = new ShardFiles(InFolder("out.jsonl"));
        using (var work = WorkFile.Create(InFolder("other.work"), "{}"))
        {
            foreach (var i in Enumerable.Range(0, ShardRows).Where(i => i % 100 != 7))
            {
                work.Add(new(FakeEmbeddings.VectorOf($"text {i}"), Error: null));
            }

            work.Flush();
        }

        File.Move(InFolder("other.work"), files.Finished(0));
        if (isWorkFileGone)
        {
            File.Delete(files.WorkPath(0)); // as if the other one had gone on with it
        }

        await new QueueJob(queue, id).FinishAsync(new(leased, 0, "other"));
        go.SetResult();

        var run = await worker.WaitAsync(cancellationToken);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4), run.Error);
            Assert.That(
                File.ReadLines(InFolder("out.jsonl")),
                Is.EqualTo(Enumerable.Range(0, Rows).Where(i => i % 100 != 7).Select(i => $$"""{"id":{{i}},"text":"text {{i}}","embedding":[{{EmbedTests.Numbers($"text {i}")}}]}""")));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Job_that_redis_has_forgotten_is_no_success_and_the_next_worker_uses_what_is_there(CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (_, _) =>
        {
            if (_server.Requests > 12)
            {
                underWay.TrySetResult();
                await go.Task.WaitAsync(cancellationToken);
            }

            return false;
        };
        var worker = CommandRun.OfAsync([.. Arguments(redis, lease: 3_600), "--target", _server.Address]);
        await underWay.Task.WaitAsync(cancellationToken);
        await using (var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},allowAdmin=true"))
        {
            await connection.GetServers()[0].FlushAllDatabasesAsync(); // a server that keeps nothing was started anew
        }

        go.SetResult();
        var failed = await worker.WaitAsync(cancellationToken);
        var again = await CommandRun.OfAsync([.. Arguments(redis), "--target", _server.Address]).WaitAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(failed.ExitCode, Is.EqualTo(1));
            Assert.That(failed.Error, Does.Contain("Redis").And.Contain("again"));
            Assert.That(again.ExitCode, Is.EqualTo(4), again.Error);
            Assert.That(File.ReadLines(InFolder("out.jsonl")).Count(), Is.EqualTo(Rows - (Rows / 100)));
            Assert.That(_server.Repetitions, Is.Zero);
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Redis_that_is_gone_in_the_middle_is_one_sentence_and_the_next_worker_goes_on(CancellationToken cancellationToken)
    {
        await using var redis = await RedisServer.StartAsync(cancellationToken);
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (_, _) =>
        {
            if (_server.Requests > 12)
            {
                underWay.TrySetResult();
                await go.Task.WaitAsync(cancellationToken);
            }

            return false;
        };
        var worker = CommandRun.OfAsync([.. Arguments(redis, lease: 3_600), "--target", _server.Address]);
        await underWay.Task.WaitAsync(cancellationToken);
        await redis.StopAsync();
        go.SetResult();
        var failed = await worker.WaitAsync(cancellationToken);
        await redis.ResumeAsync(cancellationToken);

        var again = await CommandRun.OfAsync([.. Arguments(redis), "--target", _server.Address]).WaitAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(failed.ExitCode, Is.EqualTo(1));
            Assert.That(failed.Error, Is.EqualTo("error: Redis does not answer any more. Start the same command again when it is back; nothing is lost.\n"));
            Assert.That(again.ExitCode, Is.EqualTo(4), again.Error);
            Assert.That(_server.Repetitions, Is.Zero);
        });
    }

    [Test]
    public async Task Queue_that_cannot_be_reached_is_one_sentence()
    {
        var run = await CommandRun.OfAsync("embed", "status", "--queue", "redis://user:secret@127.0.0.1:1");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Error, Does.Contain("--queue").And.Not.Contain("secret"));
        });
    }

    [TestCase("http://localhost")]
    [TestCase("localhost:6379")]
    [TestCase("redis://localhost/not-a-number")]
    public async Task Queue_url_that_makes_no_sense_is_a_usage_error(string url)
    {
        var run = await CommandRun.OfAsync("embed", "status", "--queue", url);

        Assert.That(run.ExitCode, Is.EqualTo(2));
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    // Until the one who asked has gone away.
    private static async Task AbortedAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (context.RequestAborted.Register(aborted.SetResult))
        {
            await aborted.Task;
        }
    }

    private static async Task<JsonNode?> JobAsync(RedisServer redis) =>
        JsonNode.Parse((await CommandRun.OfAsync("embed", "status", "--queue", redis.Address, "--output", "json")).Output)!.AsArray().SingleOrDefault();

    private Task<CommandRun> MergeAsync(RedisServer redis) => CommandRun.OfAsync(["embed", "merge", .. Arguments(redis).Skip(1), "--target", _server.Address]);

    private string[] Arguments(RedisServer redis, int lease = 2) =>
    [
        "embed", "--endpoint", "embeddings", "--input", _input, "--output", InFolder("out.jsonl"), "--queue", redis.Address, "--lease", $"{lease}",
        "--shard-rows", $"{ShardRows}", "--batch-size", $"{BatchSize}", "--concurrency", $"{Concurrency}",
    ];
}
