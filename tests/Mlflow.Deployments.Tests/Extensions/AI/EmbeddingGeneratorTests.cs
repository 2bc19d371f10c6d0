using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Extensions.AI;

[CancelAfter(30_000)]
public class EmbeddingGeneratorTests
{
    private const string Answer = """
        {"object":"list","model":"e-1","data":[{"index":1,"embedding":[3,4],"note":"b"},{"index":0,"embedding":[1,2]}],"usage":{"prompt_tokens":7,"total_tokens":7},"cost":1}
        """;

    [Test]
    public async Task Vectors_come_in_the_order_of_the_texts_with_everything_beside_them(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(Answer);

        var embeddings = await Generator(endpoint).GenerateAsync(["a", "b"], new() { Dimensions = 2, ModelId = "embeddings", AdditionalProperties = new() { ["user"] = "u" } }, token);

        ChatJson.AssertSame(endpoint.Body, """{"input":["a","b"],"dimensions":2,"user":"u"}""");
        Assert.Multiple(() =>
        {
            Assert.That(embeddings.Select(embedding => embedding.Vector.ToArray()), Is.EqualTo(new[] { new float[] { 1, 2 }, [3, 4] }));
            Assert.That(embeddings.Select(embedding => embedding.ModelId), Has.All.EqualTo("e-1"));
            Assert.That(embeddings[1].AdditionalProperties!["note"]!.ToString(), Is.EqualTo("b"));
            Assert.That((embeddings.Usage!.InputTokenCount, embeddings.Usage.TotalTokenCount), Is.EqualTo((7, 7)));
            Assert.That(embeddings.AdditionalProperties!["cost"]!.ToString(), Is.EqualTo("1"));
        });
    }

    [Test]
    public async Task RawRepresentationFactory_gives_what_the_options_lack(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(Answer);
        var given = new EmbeddingRequest("ignored")
        {
            EncodingFormat = EmbeddingEncodingFormat.Float,
            Extra = new Dictionary<string, JsonElement> { ["dimensions"] = JsonDocument.Parse("3").RootElement },
        };

        await Generator(endpoint).GenerateAsync(["a", "b"], new() { Dimensions = 2, RawRepresentationFactory = _ => given }, token);

        ChatJson.AssertSame(endpoint.Body, """{"input":["a","b"],"encoding_format":"float","dimensions":3}""");
    }

    [Test]
    public async Task No_texts_ask_nothing(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint();

        Assert.That(await Generator(endpoint).GenerateAsync([], cancellationToken: token), Is.Empty);
    }

    [Test]
    public void What_cannot_be_sent_is_refused_at_the_call()
    {
        using var endpoint = new ScriptedEndpoint();
        var generator = Generator(endpoint);

        Assert.Multiple(() =>
        {
            Assert.That(() => _ = generator.GenerateAsync(null!), Throws.ArgumentNullException);
            Assert.That(() => _ = generator.GenerateAsync(["a", null!]), Throws.ArgumentException.With.Message.Contains("Text 1 is null"));
            Assert.That(() => _ = generator.GenerateAsync(["a"], new() { ModelId = "other" }), Throws.ArgumentException.With.Message.Contains("'other'").And.Message.Contains("'embeddings'"));
            Assert.That(() => _ = generator.GenerateAsync(["a"], new() { RawRepresentationFactory = _ => 1 }), Throws.ArgumentException.With.Message.Contains("EmbeddingRequest"));
        });
    }

    [TestCase("""{"data":[{"index":0,"embedding":[1]}]}""", "1 vectors for 2 texts")]
    [TestCase("""{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}""", "no vector with index 1")]
    public async Task Answer_that_does_not_fit_the_texts_throws(string answer, string words)
    {
        using var endpoint = new ScriptedEndpoint(answer);

        var failure = await Assert.ThrowsAsync<DeployException>(() => Generator(endpoint).GenerateAsync(["a", "b"]));

        Assert.That((failure!.Endpoint, failure.Message), Is.EqualTo(("embeddings", failure.Message)));
        Assert.That(failure.Message, Does.Contain(words));
    }

    [Test]
    public void GetService_tells_who_it_is_and_gives_what_it_wraps()
    {
        using var endpoint = new ScriptedEndpoint();
        var generator = Generator(endpoint);

        var metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        Assert.Multiple(() =>
        {
            Assert.That((metadata.ProviderName, metadata.ProviderUri!.AbsoluteUri, metadata.DefaultModelId), Is.EqualTo(("mlflow", "http://gateway.test/", "embeddings")));
            Assert.That(generator.GetService<DeployClient>(), Is.SameAs(endpoint.Client));
            Assert.That(generator.GetService<DeployClient>("key"), Is.Null);
        });
    }

    [Test]
    public async Task Decorators_of_Microsoft_work_over_it(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(Answer);
        using var logs = new CollectedLogs();
        var generator = Generator(endpoint).AsBuilder()
            .UseLogging(logs)
            .UseOpenTelemetry()
            .UseDistributedCache(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())))
            .ConfigureOptions(options => options.Dimensions = 2)
            .Build();

        var first = await generator.GenerateAsync(["a", "b"], cancellationToken: token);
        var second = await generator.GenerateAsync(["a", "b"], cancellationToken: token);

        Assert.That(second.Select(embedding => embedding.Vector.ToArray()), Is.EqualTo(first.Select(embedding => embedding.Vector.ToArray())));
        Assert.That(endpoint.Bodies, Has.Count.EqualTo(1));
        Assert.That(logs.Lines, Has.Some.Contains("generated 2 embedding"));
    }

    private static IEmbeddingGenerator<string, Embedding<float>> Generator(ScriptedEndpoint endpoint) => endpoint.Client.AsIEmbeddingGenerator("embeddings");
}
