using CsCheck;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

public class EmbedAsyncTests
{
    [Test]
    public Task EmbedAsync_of_any_size_gives_vectors_in_input_order() =>
        Gen.Select(Gen.Int[0, 700], Gen.Int[1, 300], Gen.Int[1, 8]).SampleAsync(async (count, size, concurrency) =>
        {
            var client = new LengthEmbedder();
            var texts = Enumerable.Range(0, count).Select(i => new string('x', i)).ToArray();

            var vectors = await client.EmbedAsync("e", texts, new() { BatchSize = size, MaxConcurrency = concurrency });

            Assert.That(vectors.Select(vector => (int)vector.Span[0]), Is.EqualTo(Enumerable.Range(0, count)));
            Assert.That(client.BatchSizes, Has.All.LessThanOrEqualTo(size).And.Exactly((count + size - 1) / size).Items);
        }, iter: PropertyRuns.AtMost(60));

    [Test]
    public async Task EmbedAsync_splits_by_256()
    {
        var client = new LengthEmbedder();

        await client.EmbedAsync("e", [.. Enumerable.Repeat("x", 600)]);

        Assert.That(client.BatchSizes.Order(), Is.EqualTo(new[] { 88, 256, 256 }));
    }

    [Test]
    public async Task EmbedAsync_of_no_texts_asks_nothing()
    {
        var client = new LengthEmbedder();

        var vectors = await client.EmbedAsync("e", []);

        Assert.Multiple(() =>
        {
            Assert.That(vectors, Is.Empty);
            Assert.That(client.BatchSizes, Is.Empty);
        });
    }

    [TestCase("""{"data":[{"index":0,"embedding":[1]}]}""")]
    [TestCase("""{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}""")]
    [TestCase("""{"data":[{"index":1,"embedding":[1]},{"index":2,"embedding":[2]}]}""")]
    [TestCase("""{"data":[]}""")]
    public void EmbedAsync_of_an_answer_that_does_not_fit_throws(string answer)
    {
        using var client = Clients.AnsweringJson(answer);

        Assert.That(async () => await client.EmbedAsync("e", ["a", "b"]), Throws.InstanceOf<DeployException>().With.Message.Contains("does not fit"));
    }

    [Test]
    public void EmbedAsync_of_a_null_text_names_its_place() =>
        Assert.That(() => { _ = new LengthEmbedder().EmbedAsync("e", ["a", null!]); }, Throws.ArgumentException.With.Message.Contains("Text 1"));

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public void EmbedAsync_with_an_option_that_makes_no_sense_throws(int size, int concurrency) =>
        Assert.That(() => { _ = new LengthEmbedder().EmbedAsync("e", ["a"], new() { BatchSize = size, MaxConcurrency = concurrency }); }, Throws.ArgumentException.With.Property("ParamName").EqualTo("options"));

    [Test]
    public void EmbedAsync_that_is_cancelled_throws_for_the_callers_token()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.That(async () => await new LengthEmbedder().EmbedAsync("e", ["a"], cancellationToken: cancelled.Token), Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(cancelled.Token));
    }
}
