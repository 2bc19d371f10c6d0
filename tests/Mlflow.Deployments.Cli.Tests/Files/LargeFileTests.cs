using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mlflow.Deployments.Cli.Tests.Support;

namespace Mlflow.Deployments.Cli.Tests.Files;

/// <summary>A million rows: memory, and kills at random moments. Run by <c>tests/measure-embed</c>, which prints the figures.</summary>
[Explicit("takes minutes")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LargeFileTests : IAsyncDisposable
{
    private const int BatchSize = 256;
    private const int Concurrency = 8;
    private const int Kills = 10;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private FakeEmbeddings _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await FakeEmbeddings.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    [CancelAfter(1_800_000)]
    public async Task A_million_rows_take_flat_memory_and_survive_ten_kills([Values("jsonl", "parquet")] string format, CancellationToken cancellationToken)
    {
        var input = Path.Combine(_folder, "in.jsonl");
        await WriteInputAsync(input, 100_000);
        var (smallPeak, _) = await MeasureAsync(input, $"small.{format}", cancellationToken);
        await WriteInputAsync(input, 1_000_000);
        var (peak, seconds) = await MeasureAsync(input, $"whole.{format}", cancellationToken);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{format}: 100,000 rows peak {smallPeak} MB; 1,000,000 rows peak {peak} MB in {seconds:F0} s"));

        await using var counted = await FakeEmbeddings.StartAsync();
        var killed = 0;
        var most = TimeSpan.FromSeconds(seconds * 0.3);
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
            Assert.That(peak, Is.LessThan(200));
            Assert.That(peak, Is.LessThan(smallPeak * 1.3));
            Assert.That(Hash($"killed.{format}"), Is.EqualTo(Hash($"whole.{format}")));
            Assert.That(counted.Different, Is.EqualTo(1_000_000));
            Assert.That(counted.Repetitions, Is.LessThanOrEqualTo(killed * Concurrency * BatchSize));
        });
    }

    private static async Task WriteInputAsync(string path, int rows)
    {
        await using var writer = new StreamWriter(path, append: false, new UTF8Encoding(false));
        for (var i = 0; i < rows; i++)
        {
            await writer.WriteLineAsync($$"""{"id":{{i}},"title":"Document {{i}}","text":"This is the text of document number {{i}}, as long as a sentence usually is."}""");
        }
    }

    private Process Start(FakeEmbeddings server, string input, string output) => CliProcess.Start(
        server.Address, "embed", "--endpoint", "embeddings", "--input", input, "--output", Path.Combine(_folder, output), "--resume", "--batch-size", $"{BatchSize}", "--concurrency", $"{Concurrency}");

    // The largest resident memory so far, asked for until the process is gone.
    private async Task<(long Megabytes, double Seconds)> MeasureAsync(string input, string output, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var process = Start(_server, input, output);
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
        return (peak >> 20, TimeProvider.System.GetElapsedTime(began).TotalSeconds);
    }

    private string Hash(string name)
    {
        using var file = File.OpenRead(Path.Combine(_folder, name));
        return Convert.ToHexString(SHA256.HashData(file));
    }
}
