using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

[CancelAfter(30_000)]
public class BatchDeduplicateTests
{
    private static readonly BatchEmbeddingOptions Once = new() { Deduplicate = true, BatchSize = 16, ContinueOnError = true };

    private readonly LengthEmbedder _client = new((texts, _) => texts.Contains("bad") ? throw Failure.Refused("no") : Task.CompletedTask);

    [Test]
    public async Task EmbedAllAsync_asks_equal_texts_once_and_answers_all(CancellationToken token)
    {
        string[] texts = [.. Enumerable.Range(0, 10_000).Select(i => $"text {i % 50}")];

        var all = await _client.EmbedAllAsync("e", texts, Once, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(all.Select(text => text.Index), Is.EqualTo(Enumerable.Range(0, 10_000)));
            Assert.That(all.Select(text => text.Vector.ToArray()), Is.EqualTo(texts.Select(LengthEmbedder.Vector)));
            Assert.That(_client.Asked.SelectMany(batch => batch), Is.Unique.And.Exactly(50).Items);
        });
    }

    [Test]
    public async Task EmbedAsync_finds_repetitions_at_any_distance(CancellationToken token)
    {
        string[] texts = [.. Enumerable.Range(0, 6000).Select(i => $"text {i}"), "text 0"];

        var vectors = await _client.EmbedAsync("e", texts, Once, token);

        Assert.That(_client.Asked.SelectMany(batch => batch), Is.Unique);
        Assert.That(vectors[^1].ToArray(), Is.EqualTo(LengthEmbedder.Vector("text 0")));
    }

    [Test]
    public async Task EmbedAllAsync_keeps_4096_texts_and_asks_older_ones_again(CancellationToken token)
    {
        var texts = Enumerable.Range(0, 4097).Select(i => $"text {i}").Append("text 0").Append("text 4096");

        await _client.EmbedAllAsync("e", texts, Once, token).ToListAsync(token);

        Assert.That(_client.Asked.SelectMany(batch => batch).CountBy(text => text).Where(pair => pair.Value > 1).Select(pair => pair.Key), Is.EqualTo(new[] { "text 0" }));
    }

    [Test]
    public async Task EmbedAllAsync_gives_each_repetition_of_a_refused_text_an_error_with_its_own_index(CancellationToken token)
    {
        var all = await _client.EmbedAllAsync("e", ["bad", "good", "bad"], Once, token).ToListAsync(token);

        Assert.That(all.Select(text => (text.Error as DeployRequestException)?.TextIndex), Is.EqualTo(new int?[] { 0, null, 2 }));
    }

    [Test]
    public async Task EmbedAsync_asks_every_text_when_repetitions_are_not_looked_for(CancellationToken token)
    {
        await _client.EmbedAsync("e", ["a", "a"], cancellationToken: token);

        Assert.That(_client.Asked.Single(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task EmbedAllAsync_of_a_stream_of_one_text_does_not_pull_it_without_bound(CancellationToken token)
    {
        var pulled = 0;
        var endless = Enumerable.Repeat("x", int.MaxValue).Select(text =>
        {
            Interlocked.Increment(ref pulled);
            return text;
        });

        var first = await _client.EmbedAllAsync("e", endless, new() { Deduplicate = true, BatchSize = 10, MaxConcurrency = 2 }, token).Take(5).ToListAsync(token);

        Assert.That(first, Has.Count.EqualTo(5));
        Assert.That(pulled, Is.LessThanOrEqualTo(3 * 10 * 4));
    }
}
