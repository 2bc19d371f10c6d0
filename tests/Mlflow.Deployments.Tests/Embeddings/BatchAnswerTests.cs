using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

[CancelAfter(30_000)]
public class BatchAnswerTests
{
    [TestCase("""{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[1]}]}""", "a vector of 1 numbers for text 1, where others have 2")]
    [TestCase("""{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[1]}]}""", "a vector of 0 numbers for text 0")]
    [TestCase("""{"data":[{"index":0,"embedding":[1]}]}""", "1 vectors for 2 texts")]
    [TestCase("""{"data":[{"index":1,"embedding":[1]},{"index":1,"embedding":[2]}]}""", "no vector with index 0")]
    [TestCase("""{"data":[{"embedding":[1]},{"embedding":[2]}]}""", "no vector with index 1, or one index twice")]
    public void EmbedAllAsync_of_an_answer_that_does_not_fit_fails_even_when_it_goes_on(string answer, string words)
    {
        using var client = Clients.AnsweringJson(answer);

        Assert.That(async () => await client.EmbedAllAsync("e", ["a", "b"], new() { ContinueOnError = true }).ToListAsync(), Throws.InstanceOf<DeployException>().With.Message.Contains(words));
    }

    [Test]
    public void EmbedAsync_of_another_dimension_in_a_later_answer_fails()
    {
        var asked = 0;
        using var client = Clients.Answering(new StubHandler(_ => Clients.Json(Interlocked.Increment(ref asked) == 1 ? """{"data":[{"embedding":[1,2]}]}""" : """{"data":[{"embedding":[1]}]}""")));

        Assert.That(async () => await client.EmbedAsync("e", ["a", "b"], new() { BatchSize = 1, MaxConcurrency = 1 }), Throws.InstanceOf<DeployException>().With.Message.Contains("a vector of 1 numbers for text 1, where others have 2"));
    }

    [TestCase(float.NaN, 0)]
    [TestCase(float.PositiveInfinity, 8)]
    [TestCase(float.NegativeInfinity, 16)]
    public async Task EmbedAllAsync_of_a_vector_that_holds_no_number_is_the_error_of_its_text(float number, int place, CancellationToken token)
    {
        var good = new float[17];
        var bad = new float[17];
        bad[place] = number;
        using var client = Clients.AnsweringJson($$"""{"data":[{"index":0,"embedding":"{{Base64(good)}}"},{"index":1,"embedding":"{{Base64(bad)}}"}]}""");

        var all = await client.EmbedAllAsync("e", ["a", "b"], new() { ContinueOnError = true }, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(all[0].Vector.ToArray(), Is.EqualTo(good));
            Assert.That(all[1].Error, Has.Message.Contains("Text 1 (\"b\")").And.Message.Contains("NaN or an infinity"));
            Assert.That(async () => await client.EmbedAsync("e", ["a", "b"], cancellationToken: token), Throws.TypeOf<DeployRequestException>().With.Property("TextIndex").EqualTo(1));
        });
    }

    private static string Base64(float[] numbers) => Convert.ToBase64String([.. numbers.SelectMany(BitConverter.GetBytes)]);
}
