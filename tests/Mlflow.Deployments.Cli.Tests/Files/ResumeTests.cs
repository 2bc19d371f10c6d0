using Mlflow.Deployments.Cli.Tests.Support;

namespace Mlflow.Deployments.Cli.Tests.Files;

/// <summary>Runs that end before they are done, and go on.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ResumeTests : IAsyncDisposable
{
    private const int Rows = 3_000;
    private const int BatchSize = 50;
    private const int Concurrency = 4;

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
    public async Task Resume_after_kills_gives_the_bytes_of_an_uninterrupted_run([Values("jsonl", "parquet")] string format, CancellationToken cancellationToken)
    {
        const int Kills = 3;
        await using (var other = await FakeEmbeddings.StartAsync())
        {
            await CliProcess.RunAsync(other.Address, cancellationToken, Arguments($"whole.{format}"));
        }

        for (var i = 1; i <= Kills; i++)
        {
            await KillAfterAsync(_server.Requests + 12, Arguments($"out.{format}"), cancellationToken);
            Assert.That(File.Exists(InFolder($"out.{format}")), Is.False, "the output must not appear before it is whole");
        }

        var run = await CliProcess.RunAsync(_server.Address, cancellationToken, Arguments($"out.{format}"));

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4), run.Error);
            Assert.That(File.ReadAllBytes(InFolder($"out.{format}")), Is.EqualTo(File.ReadAllBytes(InFolder($"whole.{format}"))));
            Assert.That(File.ReadAllBytes(InFolder($"out.{format}.errors.jsonl")), Is.EqualTo(File.ReadAllBytes(InFolder($"whole.{format}.errors.jsonl"))));
            Assert.That(_server.Different, Is.EqualTo(Rows - (Rows / 100)));
            Assert.That(_server.Repetitions, Is.LessThanOrEqualTo(Kills * Concurrency * BatchSize), "only what was under way is asked again");
            Assert.That(File.Exists(InFolder($"out.{format}.work")), Is.False);
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Failed_run_tells_how_to_go_on_and_keeps_what_it_has(CancellationToken cancellationToken)
    {
        _server.Before = (context, _) =>
        {
            var isOver = _server.Requests > 10; // by then most of the first ten are kept: no more are asked before
            context.Response.StatusCode = isOver ? 401 : 200;
            return Task.FromResult(isOver);
        };

        var failed = await CommandRun.OfAsync([.. Arguments("out.jsonl"), "--target", _server.Address]).WaitAsync(cancellationToken);
        var askedBefore = _server.Different;
        _server.Before = null;
        var resumed = await CommandRun.OfAsync([.. Arguments("out.jsonl"), "--target", _server.Address]).WaitAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(failed.ExitCode, Is.EqualTo(1));
            Assert.That(failed.Error, Does.Contain("401").And.Contain("--resume"));
            Assert.That(resumed.ExitCode, Is.EqualTo(4), resumed.Error);
            Assert.That(resumed.Error, Does.Match("^Going on after [1-9]"));
            Assert.That(File.ReadLines(InFolder("out.jsonl")).Count(), Is.EqualTo(Rows - (Rows / 100)));
            Assert.That(askedBefore, Is.Positive);
        });
    }

    [Test]
    public async Task Work_of_an_earlier_run_is_not_lost_by_mistake()
    {
        await File.WriteAllTextAsync(InFolder("out.jsonl.work"), string.Empty);

        var run = await CommandRun.OfAsync([.. Arguments("out.jsonl").Where(argument => argument != "--resume"), "--target", _server.Address]);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain("--resume"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Resume_of_another_input_or_endpoint_is_refused(CancellationToken cancellationToken)
    {
        await KillAfterAsync(6, Arguments("out.jsonl"), cancellationToken);

        var otherEndpoint = await CommandRun.OfAsync([.. Arguments("out.jsonl").Select(argument => argument == "embeddings" ? "others" : argument), "--target", _server.Address]);
        await File.AppendAllTextAsync(_input, "{\"text\":\"more\"}\n", cancellationToken);
        var otherInput = await CommandRun.OfAsync([.. Arguments("out.jsonl"), "--target", _server.Address]);

        Assert.Multiple(() =>
        {
            Assert.That(otherEndpoint.ExitCode, Is.EqualTo(2));
            Assert.That(otherEndpoint.Error, Does.Contain("endpoint"));
            Assert.That(otherInput.ExitCode, Is.EqualTo(2));
            Assert.That(otherInput.Error, Does.Contain("input length"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Run_that_fails_before_it_has_anything_leaves_nothing_in_the_way_of_the_next(CancellationToken cancellationToken)
    {
        string[] arguments = [.. Arguments("out.jsonl").Where(argument => argument != "--resume"), "--target", _server.Address];
        _server.Before = (context, _) =>
        {
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };

        var failed = await CommandRun.OfAsync(arguments).WaitAsync(cancellationToken);
        _server.Before = null;
        var again = await CommandRun.OfAsync(arguments).WaitAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(failed.ExitCode, Is.EqualTo(1));
            Assert.That(failed.Error, Does.Not.Contain("--resume"));
            Assert.That(again.ExitCode, Is.EqualTo(4), again.Error);
        });
    }

    [Test]
    public async Task Resume_of_what_is_done_asks_nothing()
    {
        await CommandRun.OfAsync([.. Arguments("out.jsonl"), "--target", _server.Address]);
        var requests = _server.Requests;

        var run = await CommandRun.OfAsync([.. Arguments("out.jsonl"), "--target", _server.Address]);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4), "as the run that made it: rows are missing in it");
            Assert.That(run.Error, Does.Contain("nothing to resume"));
            Assert.That(_server.Requests, Is.EqualTo(requests));
        });
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private string[] Arguments(string output) =>
        ["embed", "--endpoint", "embeddings", "--input", _input, "--output", InFolder(output), "--resume", "--batch-size", $"{BatchSize}", "--concurrency", $"{Concurrency}"];

    // The request after the last one that is let through waits, so that the process is killed with requests under way.
    private async Task KillAfterAsync(int requests, string[] arguments, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (context, _) =>
        {
            if (_server.Requests > requests)
            {
                reached.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                return true;
            }

            return false;
        };
        using var process = CliProcess.Start(_server.Address, arguments);
        await reached.Task.WaitAsync(cancellationToken);
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        _server.Before = null;
    }
}
