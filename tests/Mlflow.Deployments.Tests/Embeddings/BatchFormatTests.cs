using System.Net;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

[CancelAfter(30_000)]
public class BatchFormatTests
{
    private const string Numbers = """{"data":[{"index":0,"embedding":[1]}]}""";

    [TestCase("""{"data":[{"index":0,"embedding":"AACAPw=="}]}""")]
    [TestCase(Numbers)]
    public async Task EmbedAsync_asks_for_base64_and_takes_what_comes(string answer, CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json(answer));
        using var client = Clients.Answering(handler);

        var vectors = await client.EmbedAsync("e", ["a", "b"], new() { BatchSize = 1 }, token);

        Assert.That(vectors.Select(vector => vector.Span[0]), Is.All.EqualTo(1));
        Assert.That(handler.Bodies.Select(Format), Is.EqualTo(new[] { "base64", "base64" }));
    }

    [TestCase(HttpStatusCode.BadRequest, "encoding_format is not supported")]
    [TestCase(HttpStatusCode.UnprocessableEntity, "Extra inputs are not permitted")]
    public async Task EmbedAsync_of_a_server_that_refuses_base64_asks_without_and_remembers_it(HttpStatusCode status, string words, CancellationToken token)
    {
        var handler = new StubHandler(async (request, stop) => Format(await request.Content!.ReadAsStringAsync(stop)) is null
            ? Clients.Json(Numbers)
            : Clients.Json($$"""{"detail":"{{words}}"}""", status));
        using var client = Clients.Answering(handler);

        await client.EmbedAsync("e", ["a", "b"], new() { BatchSize = 1, MaxConcurrency = 1 }, token);
        await client.EmbedAsync("e", ["c"], cancellationToken: token);
        await client.EmbedAsync("other", ["d"], cancellationToken: token);

        Assert.That(handler.Bodies.Select(Format), Is.EqualTo(new[] { "base64", null, null, null, "base64", null }));
    }

    [Test]
    public async Task EmbedAsync_of_a_refused_text_does_not_take_base64_for_the_cause(CancellationToken token)
    {
        var client = new LengthEmbedder((texts, _) => texts.Contains("bad") ? throw Failure.Refused("no") : Task.CompletedTask);

        await client.EmbedAsync("e", ["a", "bad", "b"], new() { ContinueOnError = true }, token);
        await client.EmbedAsync("e", ["c"], cancellationToken: token);

        Assert.That(client.Requests.Last().EncodingFormat, Is.EqualTo(EmbeddingEncodingFormat.Base64));
    }

    [Test]
    public async Task EmbedAsync_of_an_encoding_that_the_caller_asks_for_fails_when_it_is_refused()
    {
        var client = new LengthEmbedder((_, _) => throw Failure.Refused("encoding_format is not supported"));

        var failure = await Assert.ThrowsAsync<DeployRequestException>(async () => await client.EmbedAsync("e", ["a", "b"], new() { EncodingFormat = EmbeddingEncodingFormat.Base64, ContinueOnError = true }));

        Assert.That(failure!.TextIndex, Is.Null);
        Assert.That(client.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task EmbedAsync_sends_the_callers_parameters(CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json(Numbers));
        using var client = Clients.Answering(handler);
        var dimensions = System.Text.Json.JsonDocument.Parse("1").RootElement;

        await client.EmbedAsync("e", ["a"], new() { Extra = new Dictionary<string, System.Text.Json.JsonElement> { ["dimensions"] = dimensions } }, token);

        Assert.That((int?)JsonNode.Parse(handler.Bodies[0])!["dimensions"], Is.EqualTo(1));
    }

    private static string? Format(string body) => (string?)JsonNode.Parse(body)!["encoding_format"];
}
