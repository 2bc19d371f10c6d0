using System.Net;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

[CancelAfter(30_000)]
public class BatchRefusalTests
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 600).Select(i => $"text {i}")];

    [Test]
    public async Task EmbedAsync_of_a_refused_text_names_its_index_and_its_beginning()
    {
        var client = new LengthEmbedder((texts, _) => texts.Any(text => text.StartsWith("bad", StringComparison.Ordinal)) ? throw Failure.Refused("no such words") : Task.CompletedTask);
        string[] texts = [.. Texts[..417], "bad\nwords " + new string('x', 100) + "secret end", .. Texts[417..]];

        var failure = await Assert.ThrowsAsync<DeployRequestException>(async () => await client.EmbedAsync("e", texts));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.TextIndex, Is.EqualTo(417));
            Assert.That(failure.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(failure.Message, Does.StartWith("Text 417 (\"bad words xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\")").And.Contain("no such words").And.Not.Contain("secret"));
            Assert.That(client.UnderWay, Is.Zero);
        });
    }

    [Test]
    public async Task EmbedAllAsync_that_goes_on_gives_the_culprits_their_errors_and_the_rest_their_vectors(CancellationToken token)
    {
        var client = new LengthEmbedder((texts, _) => texts.Any(IsBad) ? throw Failure.Refused("no") : Task.CompletedTask);

        var all = await client.EmbedAllAsync("e", Texts, new() { ContinueOnError = true }, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(all.Select(text => text.Text), Is.EqualTo(Texts));
            Assert.That(all.Where(text => text.Error is not null).Select(text => text.Text), Is.EqualTo(Texts.Where(IsBad)));
            Assert.That(all.Where(text => text.Error is null).Select(text => text.Vector.ToArray()), Is.EqualTo(Texts.Where(text => !IsBad(text)).Select(LengthEmbedder.Vector)));
            Assert.That(all.Where(text => text.Error is not null).Select(text => text.Vector.Length), Is.All.Zero);
            Assert.That(all[13].Error, Is.InstanceOf<DeployRequestException>().With.Property("TextIndex").EqualTo(13).And.Message.StartsWith("Text 13 (\"text 13\")"));
        });

        static bool IsBad(string text) => text.EndsWith("13", StringComparison.Ordinal);
    }

    [Test]
    public async Task EmbedAsync_that_goes_on_leaves_the_vector_of_a_refused_text_empty(CancellationToken token)
    {
        var client = new LengthEmbedder((texts, _) => texts.Contains("bad") ? throw Failure.Refused("no") : Task.CompletedTask);

        var vectors = await client.EmbedAsync("e", ["a", "bad", "b"], new() { ContinueOnError = true }, token);

        Assert.That(vectors.Select(vector => vector.Length), Is.EqualTo(new[] { 3, 0, 3 }));
    }

    [TestCase("batch size {0} > maximum allowed batch size 100", HttpStatusCode.RequestEntityTooLarge)]
    [TestCase("invalid request: total number of texts must be at most 100 - received {0}", HttpStatusCode.BadRequest)]
    public async Task EmbedAsync_learns_a_batch_size_that_the_server_tells_at_the_first_refusal(string words, HttpStatusCode status, CancellationToken token)
    {
        var client = new LengthEmbedder((texts, _) => texts.Count > 100 ? throw Failure.Refused(string.Format(null, words, texts.Count), status) : Task.CompletedTask);

        var vectors = await client.EmbedAsync("e", Texts, new() { MaxConcurrency = 1 }, token);

        Assert.Multiple(() =>
        {
            Assert.That(vectors.Select(vector => vector.ToArray()), Is.EqualTo(Texts.Select(LengthEmbedder.Vector)));
            Assert.That(client.BatchSizes.First(), Is.EqualTo(256));
            Assert.That(client.BatchSizes.Skip(1), Has.All.LessThanOrEqualTo(100));
        });
    }

    [TestCase("too many inputs", HttpStatusCode.BadRequest)]
    [TestCase("no", HttpStatusCode.UnprocessableEntity)]
    public async Task EmbedAsync_learns_a_batch_size_that_the_server_does_not_tell(string words, HttpStatusCode status, CancellationToken token)
    {
        var client = new LengthEmbedder((texts, _) => texts.Count > 100 ? throw Failure.Refused(words, status) : Task.CompletedTask);
        string[] texts = [.. Texts, .. Texts, .. Texts, .. Texts, .. Texts];

        await client.EmbedAsync("e", texts, new() { MaxConcurrency = 1, EncodingFormat = EmbeddingEncodingFormat.Float }, token);

        // Of twelve batches 256 and 128 are refused once; a batch that comes in just before that is known may be asked as it is, too.
        Assert.That(client.BatchSizes.Count(size => size > 100), Is.InRange(2, 4));
    }

    [Test]
    public async Task EmbedAsync_learns_how_many_characters_the_server_takes(CancellationToken token)
    {
        var client = new LengthEmbedder((texts, _) => texts.Sum(text => text.Length) > 1000 ? throw Failure.Refused("Request Entity Too Large", HttpStatusCode.RequestEntityTooLarge) : Task.CompletedTask);
        string[] texts = [.. Texts, .. Texts, .. Texts, .. Texts];

        var vectors = await client.EmbedAsync("e", texts, new() { MaxConcurrency = 1 }, token);

        Assert.Multiple(() =>
        {
            Assert.That(vectors.Select(vector => vector.ToArray()), Is.EqualTo(texts.Select(LengthEmbedder.Vector)));

            // Of ten batches, no more than had been begun when the first was refused; which of those are asked is chance.
            Assert.That(client.Asked.Count(batch => batch.Sum(text => text.Length) > 1000), Is.LessThanOrEqualTo(4));
        });
    }

    [Test]
    public async Task EmbedAllAsync_of_one_text_too_long_learns_nothing_from_it(CancellationToken token)
    {
        var client = new LengthEmbedder((texts, _) => texts.Any(text => text.Length > 100)
            ? throw Failure.Refused("This model's maximum context length is 8192 tokens, however you requested 10000 tokens") : Task.CompletedTask);
        string[] texts = [new string('x', 200), .. Texts, .. Texts];

        var all = await client.EmbedAllAsync("e", texts, new() { ContinueOnError = true, MaxConcurrency = 1, EncodingFormat = EmbeddingEncodingFormat.Float }, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(all.Where(text => text.Error is not null).Select(text => text.Index), Is.EqualTo(new[] { 0 }));
            Assert.That(client.BatchSizes, Has.Exactly(4).EqualTo(256).And.Exactly(1).EqualTo(177));
        });
    }

    [Test]
    public async Task EmbedAllAsync_of_an_endpoint_that_takes_nothing_fails_instead_of_blaming_every_text()
    {
        var client = new LengthEmbedder((_, _) => throw Failure.Refused("dimensions: Extra inputs are not permitted"));

        var failure = await Assert.ThrowsAsync<DeployRequestException>(async () => await client.EmbedAllAsync("e", Enumerable.Repeat("x", 100_000), new() { ContinueOnError = true }).ToListAsync());

        Assert.That(failure!.Message, Does.Contain("taken none").And.Contain("Extra inputs are not permitted"));
        Assert.That(failure.TextIndex, Is.Null);
        Assert.That(client.Asked, Has.Count.LessThan(3000));
    }

    private static readonly DeployException[] ForEveryText =
    [
        new DeployAuthenticationException("who?") { StatusCode = HttpStatusCode.Unauthorized },
        new DeployEndpointNotFoundException("where?") { StatusCode = HttpStatusCode.NotFound },
        new DeployRequestException("how?") { StatusCode = HttpStatusCode.MethodNotAllowed },
        new DeployServerException("never") { StatusCode = HttpStatusCode.NotImplemented },
        new DeployRateLimitException("no money") { StatusCode = HttpStatusCode.TooManyRequests, ErrorCode = "insufficient_quota", IsTransient = true },
    ];

    [TestCaseSource(nameof(ForEveryText))]
    public void EmbedAllAsync_of_a_failure_that_would_hit_every_text_fails_at_once(DeployException failure)
    {
        var client = new LengthEmbedder((_, _) => throw failure);

        Assert.That(async () => await client.EmbedAllAsync("e", Enumerable.Repeat("x", 100_000), new() { ContinueOnError = true, MaxConcurrency = 4 }).ToListAsync(), Throws.Exception.SameAs(failure));
        Assert.That(client.Asked, Has.Count.LessThanOrEqualTo(4));
    }

    [Test]
    public async Task EmbedAsync_of_a_connection_that_breaks_asks_again(CancellationToken token)
    {
        var failures = 0;
        var client = new LengthEmbedder((_, _) => Interlocked.Increment(ref failures) <= 4 ? throw Failure.Cut() : Task.CompletedTask);

        var vectors = await client.EmbedAsync("e", ["a"], new() { TimeProvider = new JumpingClock() }, token);

        Assert.That(vectors, Has.Count.EqualTo(1));
        Assert.That(client.Asked, Has.Count.EqualTo(5));
    }

    [TestCase(0)]
    [TestCase(2)]
    public void EmbedAsync_of_a_server_that_is_gone_fails_after_its_tries(int retries)
    {
        var client = new LengthEmbedder((_, _) => throw Failure.Cut());

        Assert.That(async () => await client.EmbedAsync("e", ["a"], new() { MaxRetries = retries, TimeProvider = new JumpingClock() }), Throws.TypeOf<DeployConnectionException>());
        Assert.That(client.Asked, Has.Count.EqualTo(retries + 1));
    }
}
