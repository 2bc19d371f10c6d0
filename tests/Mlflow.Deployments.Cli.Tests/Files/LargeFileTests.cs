using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mlflow.Deployments.Cli.Tests.Support;

namespace Mlflow.Deployments.Cli.Tests.Files;

/// <summary>Files of many rows and of long vectors: memory, and kills at random moments. Run by <c>tests/measure-embed</c>, which prints the figures.</summary>
[Explicit("takes minutes")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LargeFileTests : IAsyncDisposable
{
    private const int BatchSize = 256;
    private const int Concurrency = 8;
    private const int Kills = 10;
    private const int MostMegabytes = 200;
    private const double MostGrowth = 1.3; // ten times as many rows take as much, but for what the collector has not got round to

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Test]
    [CancelAfter(1_800_000)]
    public async Task A_million_rows_take_flat_memory_and_survive_ten_kills([Values("jsonl", "parquet")] string format, CancellationToken cancellationToken)
    {
        await using var server = await FakeEmbeddings.StartAsync();
        var input = Path.Combine(_folder, "in.jsonl");
        await WriteInputAsync(input, 100_000);
        var small = await MeasureAsync(server, input, $"small.{format}", cancellationToken);
        await WriteInputAsync(input, 1_000_000);
        var large = await MeasureAsync(server, input, $"whole.{format}", cancellationToken);
        Tell($"{format}, 8 numbers", small, large);

        await using var counted = await FakeEmbeddings.StartAsync();
        var killed = 0;
        var most = TimeSpan.FromSeconds(large.Seconds * 0.3);
        while (killed < Kills)
        {
            using var process = Start(counted, input, $"killed.{format}");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(most * Random.Shared.NextDouble());
            try
            {
                await process.WaitForExitAsync(limit.Token);
                break; // it was done before
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                process.Kill();
                await process.WaitForExitAsync(cancellationToken);
                killed++;
            }
        }

        using (var last = Start(counted, input, $"killed.{format}"))
        {
            await CliProcess.EndAsync(last, cancellationToken);
        }

        TestContext.Out.WriteLine($"{format}: {killed} kills, {counted.Repetitions} texts asked again (at most {killed * Concurrency * BatchSize} were under way)");
        Assert.Multiple(() =>
        {
            Assert.That(large.Megabytes, Is.LessThan(MostMegabytes).And.LessThan(small.Megabytes * MostGrowth));
            Assert.That(Hash($"killed.{format}"), Is.EqualTo(Hash($"whole.{format}")));
            Assert.That(counted.Different, Is.EqualTo(1_000_000));
            Assert.That(counted.Repetitions, Is.LessThanOrEqualTo(killed * Concurrency * BatchSize));
        });
    }

    [Test]
    [CancelAfter(1_800_000)]
    public async Task Long_vectors_take_flat_memory([Values("jsonl", "parquet")] string format, CancellationToken cancellationToken)
    {
        await using var server = await FakeEmbeddings.StartAsync(dimensions: 1536);
        var input = Path.Combine(_folder, "in.jsonl");
        await WriteInputAsync(input, 100_000);
        var small = await MeasureAsync(server, input, $"out.{format}", cancellationToken);
        File.Delete(Path.Combine(_folder, $"out.{format}"));
        await WriteInputAsync(input, 300_000);
        var large = await MeasureAsync(server, input, $"out.{format}", cancellationToken);
        Tell($"{format}, 1,536 numbers", small, large);

        Assert.That(large.Megabytes, Is.LessThan(MostMegabytes).And.LessThan(small.Megabytes * MostGrowth));
    }

    [Test]
    [CancelAfter(1_800_000)]
    public async Task Parquet_takes_flat_memory([Values("jsonl", "parquet")] string format, CancellationToken cancellationToken)
    {
        await using var server = await FakeEmbeddings.StartAsync();
        var input = Path.Combine(_folder, "in.parquet");
        await SampleParquet.WriteGroupsAsync(input, groups: 2, rows: 50_000, Text);
        var small = await MeasureAsync(server, input, $"small.{format}", cancellationToken);
        await SampleParquet.WriteGroupsAsync(input, groups: 20, rows: 50_000, Text);
        var large = await MeasureAsync(server, input, $"large.{format}", cancellationToken);
        Tell($"from Parquet to {format}, 8 numbers", small, large);

        Assert.That(large.Megabytes, Is.LessThan(MostMegabytes).And.LessThan(small.Megabytes * MostGrowth));
    }

    private static string Text(int row) => $"This is the text of document number {row}, as long as a sentence usually is.";

    private static void Tell(string what, Measured small, Measured large) => TestContext.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {small.Rows:N0} rows peak {small.Megabytes} MB; {large.Rows:N0} rows peak {large.Megabytes} MB in {large.Seconds:F0} s"));

    private static async Task WriteInputAsync(string path, int rows)
    {
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false));
        for (var i = 0; i < rows; i++)
        {
            await writer.WriteLineAsync($$"""{"id":{{i}},"title":"Document {{i}}","text":"{{Text(i)}}"}""");
        }
    }

    private Process Start(FakeEmbeddings server, string input, string output) => CliProcess.Start(
        server.Address, "embed", "--endpoint", "embeddings", "--input", input, "--output", Path.Combine(_folder, output), "--resume", "--batch-size", $"{BatchSize}", "--concurrency", $"{Concurrency}");

    // The largest resident memory so far, asked for until the process is gone.
    private async Task<Measured> MeasureAsync(FakeEmbeddings server, string input, string output, CancellationToken cancellationToken)
    {
        var before = server.Texts;
        var began = TimeProvider.System.GetTimestamp();
        using var process = Start(server, input, output);
        var ended = CliProcess.EndAsync(process, cancellationToken);
        var peak = 0L;
        while (!ended.IsCompleted)
        {
            process.Refresh();
            peak = process.HasExited ? peak : Math.Max(peak, process.PeakWorkingSet64);
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken));
        }

        var run = await ended;
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return new(server.Texts - before, peak >> 20, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
    }

    private sealed record Measured(long Rows, long Megabytes, double Seconds);

    private string Hash(string name)
    {
        using var file = File.OpenRead(Path.Combine(_folder, name));
        return Convert.ToHexString(SHA256.HashData(file));
    }
}
