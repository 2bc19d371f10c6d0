using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

[CancelAfter(30_000)]
public class BatchProgressTests
{
    private readonly Recorder _progress = new();

    [Test]
    public async Task EmbedAsync_tells_after_each_batch_what_is_done(CancellationToken token)
    {
        var clock = new FakeTimeProvider();
        var client = new LengthEmbedder((texts, _) =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return texts.Contains("bad") ? throw Failure.Refused("no") : Task.CompletedTask;
        });

        await client.EmbedAsync("e", ["a", "b", "bad", "c"], new() { BatchSize = 1, MaxConcurrency = 1, EncodingFormat = EmbeddingEncodingFormat.Float, ContinueOnError = true, Progress = _progress, TimeProvider = clock }, token);

        var last = _progress.Reports[^1];
        Assert.Multiple(() =>
        {
            Assert.That(_progress.Reports.Select(report => (report.Done, report.Failed)), Is.EqualTo(new[] { (1, 0), (2, 0), (2, 1), (3, 1) }));
            Assert.That(_progress.Reports.Select(report => report.Total), Is.All.EqualTo(4));
            Assert.That(last.Tokens, Is.EqualTo(3));
            Assert.That(last.Elapsed, Is.EqualTo(TimeSpan.FromSeconds(8)));
            Assert.That(last.TextsPerSecond, Is.EqualTo(0.5));
            Assert.That(last.TimeLeft, Is.EqualTo(TimeSpan.Zero));
        });
    }

    [TestCase(null, null)]
    [TestCase(10, 16)]
    public async Task EmbedAllAsync_tells_the_time_left_when_the_count_is_known(int? count, int? seconds, CancellationToken token)
    {
        var clock = new FakeTimeProvider();
        var client = new LengthEmbedder((_, _) =>
        {
            clock.Advance(TimeSpan.FromSeconds(4));
            return Task.CompletedTask;
        });

        await client.EmbedAllAsync("e", new[] { "a", "b" }.ToAsyncEnumerable(), new() { ExpectedCount = count, Progress = _progress, TimeProvider = clock }, token).ToListAsync(token);

        Assert.That(_progress.Reports.Single().TimeLeft, Is.EqualTo(seconds is { } time ? TimeSpan.FromSeconds(time) : default(TimeSpan?)));
    }

    [Test]
    public async Task EmbedAsync_never_tells_twice_at_once_nor_backwards_nor_after_the_end(CancellationToken token)
    {
        await new LengthEmbedder().EmbedAsync("e", [.. Enumerable.Range(0, 2000).Select(i => $"{i}")], new() { BatchSize = 3, MaxConcurrency = 16, Progress = _progress }, token);
        var count = _progress.Reports.Count;
        await Task.Yield();

        Assert.Multiple(() =>
        {
            Assert.That(_progress.WasEnteredTwice, Is.False);
            Assert.That(_progress.Reports.Select(report => report.Done), Is.Ordered.And.Unique);
            Assert.That(_progress.Reports[^1].Done, Is.EqualTo(2000));
            Assert.That(_progress.Reports, Has.Count.EqualTo(count));
        });
    }

    private sealed class Recorder : IProgress<BatchEmbeddingProgress>
    {
        private int _inside;

        public List<BatchEmbeddingProgress> Reports { get; } = [];

        public bool WasEnteredTwice { get; private set; }

        public void Report(BatchEmbeddingProgress value)
        {
            WasEnteredTwice |= Interlocked.Increment(ref _inside) != 1;
            Reports.Add(value);
            Interlocked.Decrement(ref _inside);
        }
    }
}
