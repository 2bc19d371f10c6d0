using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

/// <summary>A server that is asked for a stream and answers with something else.</summary>
[CancelAfter(10_000)]
public class InPlaceOfAStreamTests
{
    [TestCase("application/json")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("application/vnd.mlflow+json")]
    public async Task A_whole_chat_answer_becomes_one_chunk(string contentType, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat, contentType);
        using var client = server.Client();

        var chunk = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).SingleAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((chunk.Text, chunk.Id, chunk.Model, chunk.Provider, chunk.Created), Is.EqualTo(("Grüße 👩‍🚀", "chatcmpl-1", "gpt-4o-mini", "openai", 1700173217L)));
            Assert.That(chunk.Choices[0].FinishReason, Is.EqualTo(FinishReason.Stop));
            Assert.That(chunk.Usage!.TotalTokens, Is.EqualTo(7));
        });
    }

    [Test]
    public async Task A_whole_answer_over_MaxEventBytes_is_taken(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        using var client = server.Client(new() { MaxEventBytes = 10 });

        var chunk = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).SingleAsync(token);

        Assert.That(chunk.Id, Is.EqualTo("chatcmpl-1"));
    }

    [Test]
    public async Task A_whole_completion_becomes_one_chunk(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Completion);
        using var client = server.Client();

        var chunk = await client.PredictStreamAsync("davinci", new CompletionRequest("x"), token).SingleAsync(token);

        Assert.That((chunk.Text, chunk.Choices[0].FinishReason), Is.EqualTo((" there", FinishReason.Length)));
    }

    [Test]
    public async Task A_whole_answer_of_any_json_becomes_one_chunk(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("""{"predictions":[1]}""");
        using var client = server.Client();

        var chunk = await client.PredictStreamAsync("custom", new JsonObject(), token).SingleAsync(token);

        Assert.That(chunk.ToJsonString(), Is.EqualTo("""{"predictions":[1]}"""));
    }

    [TestCase("""{"error":{"message":"boom","code":"server_error"}}""", "boom")]
    [TestCase("""{"detail":"boom"}""", "boom")]
    [TestCase("""{"message":"boom"}""", "boom")]
    [TestCase("{}", "JSON that is no answer")]
    [TestCase("", "cannot be read as JSON")]
    [TestCase("null", "JSON that is no answer")]
    [TestCase("""{"choices":[null]}""", "JSON that is no answer")]
    [TestCase("[1]", "cannot be read as JSON")]
    [TestCase("not json", "cannot be read as JSON")]
    public async Task JSON_that_is_no_answer_throws(string body, string words, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(body);
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.Multiple(() =>
        {
            Assert.That(failure!.ChunksReceived, Is.Zero);
            Assert.That(failure!.Message, Does.Contain(words));
        });
    }

    [Test]
    public async Task A_whole_answer_that_is_cut_throws(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.WillBeCut();
            return context.AnswerAsync(Answers.Chat[..40]);
        });
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That((failure!.ChunksReceived, failure.IsTransient), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task A_web_page_throws_with_its_title(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("<html><head><title>Please log in</title></head><body>…</body></html>", "text/html; charset=utf-8");
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain("a web page").And.Contain("Please log in"));
            Assert.That((failure!.ChunksReceived, failure.IsTransient), Is.EqualTo((0, false)));
        });
    }

    [TestCase("text/event-stream")]
    [TestCase(null)]
    public async Task An_empty_body_throws(string? contentType, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(string.Empty, contentType);
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That(failure!.Message, Does.Contain("ended before it began"));
    }
}
