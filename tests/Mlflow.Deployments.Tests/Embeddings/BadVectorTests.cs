using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

/// <summary>A vector that cannot be read is an error of the server, never a shorter or an empty vector.</summary>
[CancelAfter(10_000)]
public class BadVectorTests
{
    [TestCase("\"AACAPw\"", TestName = "base64 without its padding")]
    [TestCase("\"AACAPwA=\"", TestName = "base64 of five bytes")]
    [TestCase("\"AACA*w==\"", TestName = "no base64")]
    [TestCase("[1,\"2\"]", TestName = "a text among the numbers")]
    [TestCase("{\"a\":1}", TestName = "an object")]
    [TestCase("true", TestName = "a truth value")]
    public void Vector_that_cannot_be_read_is_named_as_such(string vector)
    {
        using var client = Clients.AnsweringJson($$"""{"data":[{"index":0,"embedding":{{vector}}}]}""");

        Assert.That(async () => await client.PredictAsync("e", new EmbeddingRequest("x")), Throws.InstanceOf<DeployException>().With.Property("Endpoint").EqualTo("e"));
    }

    [Test]
    public async Task Vector_in_escaped_base64_is_read(CancellationToken token)
    {
        // 1f, and a float whose base64 has a slash.
        using var client = Clients.AnsweringJson("""{"data":[{"index":0,"embedding":"AACAP\/\/\/f38="}]}""");

        var answer = await client.PredictAsync("e", new EmbeddingRequest("x"), token);

        Assert.That(answer.Data.Single().Vector.ToArray(), Is.EqualTo(new[] { 1f, float.MaxValue }));
    }
}
