using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Tests.Support;

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
        await File.WriteAllLinesAsync(_input, Enumerable.Range(0, Rows).Select(i => i % 100 == 7 ? $$"""{"id":{{i}}}""" : $$"""{"id":{{i}},"text":"text {{i}}"}"""), new UTF8Encoding(false));
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
        var workers = new List<System.Diagnostics.Process>();
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        counted.Before = async (_, _) =>
        {
            if (counted.Requests >= 3)
            {
                underWay.TrySetResult();
                await killed.Task.WaitAsync(cancellationToken); // the first worker is killed in the middle of a shard
            }

            return false;
        };
        workers.Add(CliProcess.Start(counted.Address, Arguments(redis)));
        await underWay.Task.WaitAsync(cancellationToken);
        workers[0].Kill();
        killed.SetResult();
        workers.Add(CliProcess.Start(counted.Address, Arguments(redis)));
        workers.Add(CliProcess.Start(counted.Address, Arguments(redis)));

        var runs = await Task.WhenAll(workers.Skip(1).Select(worker => CliProcess.EndAsync(worker, cancellationToken)));

        Assert.Multiple(() =>
        {
            Assert.That(whole.ExitCode, Is.EqualTo(4));
            Assert.That(runs.Select(run => run.ExitCode), Is.All.EqualTo(4), string.Concat(runs.Select(run => run.Error)));
            Assert.That(File.ReadAllBytes(InFolder("out.jsonl")), Is.EqualTo(File.ReadAllBytes(InFolder("whole.jsonl"))));
            Assert.That(File.ReadAllBytes(InFolder("out.jsonl.errors.jsonl")), Is.EqualTo(File.ReadAllBytes(InFolder("whole.jsonl.errors.jsonl"))));
            Assert.That(counted.Different, Is.EqualTo(Rows - (Rows / 100)));
            Assert.That(counted.Repetitions, Is.LessThanOrEqualTo((Concurrency + 1) * BatchSize), "only what the killed worker had under way, or was just answered, is asked again");
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

        var status = await CommandRun.OfAsync("embed", "status", "--queue", redis.Url, "--output", "json");
        var merge = await CommandRun.OfAsync([.. Arguments(redis).Prepend("merge").Prepend("embed").Where((argument, i) => i != 2), "--target", _server.Address]);
        go.SetResult();
        var done = await worker.WaitAsync(cancellationToken);
        var after = await CommandRun.OfAsync("embed", "status", "--queue", redis.Url, "--output", "json");

        var job = JsonNode.Parse(status.Output)!.AsArray().Single()!;
        Assert.Multiple(() =>
        {
            Assert.That((job["output"]!.GetValue<string>(), job["rows"]!.GetValue<int>(), job["shards"]!.GetValue<int>(), job["leased"]!.GetValue<int>()), Is.EqualTo(("out.jsonl", Rows, Rows / ShardRows, 1)));
            Assert.That(merge.ExitCode, Is.EqualTo(1));
            Assert.That(merge.Error, Does.Contain($"of {Rows / ShardRows} shards"));
            Assert.That(done.ExitCode, Is.EqualTo(4), done.Error);
            Assert.That(after.Output, Is.EqualTo("[]\n"));
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

    private string[] Arguments(RedisServer redis) =>
    [
        "embed", "--endpoint", "embeddings", "--input", _input, "--output", InFolder("out.jsonl"), "--queue", redis.Url, "--lease", "2",
        "--shard-rows", $"{ShardRows}", "--batch-size", $"{BatchSize}", "--concurrency", $"{Concurrency}",
    ];
}
