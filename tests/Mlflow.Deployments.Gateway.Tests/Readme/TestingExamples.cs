using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Testing;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Readme;

/// <summary>The examples of docs/testing.md, and the README's about tests.</summary>
[CancelAfter(20_000)]
public static class TestingExamples
{
    [Test]
    public static async Task A_fake_answers_and_tells_what_it_was_asked()
    {
        #region fake-gateway
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Chat("chat").Returns("Hello!");
        using var client = gateway.CreateClient(); // or give gateway.Target to the app

        var answer = await client.PredictAsync("chat", new ChatRequest("Hi"));

        Assert.That(answer.Text, Is.EqualTo("Hello!"));
        Assert.That(gateway.Received("chat", times: 1)[0].Chat!.Messages[0].Content, Is.EqualTo("Hi"));
        gateway.VerifyNoUnexpectedRequests();
        #endregion
    }

    [Test]
    public static async Task A_limit_that_is_used_up_is_tried_again()
    {
        #region test-your-app
        await using var gateway = await FakeGateway.StartAsync();
        gateway.Chat("chat").RateLimits().Returns("Hello!");
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("chat", new ChatRequest("Hi")); // is refused once, and asks again
        #endregion

        Assert.That((answer.Text, gateway.Received("chat").Count), Is.EqualTo(("Hello!", 2)));
    }

    [Test]
    public static async Task Stubs_answer_in_many_ways()
    {
        await using var gateway = await FakeGateway.StartAsync();

        #region fake-stubs
        gateway.Chat("chat").Returns("Hello!");                                       // streamed and not
        gateway.Chat("chat").WhenUserSays("weather").CallsTool("get_weather", new JsonObject { ["city"] = "Paris" });
        gateway.Chat("chat").When(request => request.Temperature > 1).Refuses("That is too hot for me.");
        gateway.Chat("story").Streams("Once ", "upon ", "a time.");                   // exactly these pieces
        gateway.Chat("echo").Returns(request => new ChatAnswer(request.Messages[^1].Content!));
        gateway.Completions("completions").Returns(" there was a king.");
        gateway.Embeddings("embeddings").Returns(new EmbeddingAnswer { Dimension = 8 });
        gateway.Json("model").Returns(new JsonObject { ["predictions"] = new JsonArray(1, 2) });
        #endregion

        using var client = gateway.CreateClient();
        var called = await client.PredictAsync("chat", new ChatRequest("How is the weather?"));
        var refused = await client.PredictAsync("chat", new ChatRequest("x") { Temperature = 1.5 });
        var echo = await client.PredictAsync("echo", new ChatRequest("Who?"));
        var completion = await client.PredictAsync("completions", new CompletionRequest("Once"));
        var embedding = await client.PredictAsync("embeddings", new EmbeddingRequest("x"));
        Assert.Multiple(() =>
        {
            Assert.That(called.Choices[0].Message.ToolCalls!.Single().Function!.Name, Is.EqualTo("get_weather"));
            Assert.That((refused.Choices[0].Message.Refusal, echo.Text, completion.Text), Is.EqualTo(("That is too hot for me.", "Who?", " there was a king.")));
            Assert.That(embedding.Data[0].Vector.Length, Is.EqualTo(8));
        });
    }

    [Test]
    public static async Task Answers_come_in_sequence()
    {
        await using var gateway = await FakeGateway.StartAsync();

        #region fake-sequence
        gateway.Chat("chat").Returns("first").Times(2).RateLimits(TimeSpan.FromSeconds(7)).Fails(503, "Too busy").Returns("fine again");
        #endregion

        using var client = gateway.CreateClient();
        var texts = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            texts.Add((await client.PredictAsync("chat", new ChatRequest("x"))).Text);
        }

        Assert.That(texts, Is.EqualTo(new[] { "first", "first", "fine again", "fine again" }));
    }

    [Test]
    public static async Task An_answer_says_everything()
    {
        await using var gateway = await FakeGateway.StartAsync();

        #region fake-answer
        gateway.Chat("chat").Returns(new ChatAnswer("Hello there")
        {
            Usage = new() { PromptTokens = 5, CompletionTokens = 2, TotalTokens = 7 },
            FinishReason = FinishReason.Length,
            PieceDelay = TimeSpan.FromMilliseconds(20), // by FakeGatewayOptions.TimeProvider
            Fault = Fault.CutAfter(1),                  // one event comes, the next one ends in its middle
        });
        #endregion

        using var client = gateway.CreateClient();
        await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x")).ToChatResponseAsync());
    }

    [Test]
    public static async Task Silence_ends_when_the_test_says_so()
    {
        await using var gateway = await FakeGateway.StartAsync();
        using var client = gateway.CreateClient();

        #region fake-silence
        gateway.Chat("chat").Breaks(Fault.SilenceAfter(1));
        var answer = client.PredictStreamAsync("chat", new ChatRequest("Hi")).ToChatResponseAsync();
        await gateway.WaitForSilenceAsync(); // one piece has been sent
        gateway.ReleaseSilence();            // and now comes the rest
        #endregion

        Assert.That((await answer).Text, Is.Not.Empty);
    }

    [Test]
    public static async Task A_client_without_sockets_does_the_same()
    {
        #region fake-client
        using var client = new FakeDeployClient(); // an IDeployClient
        client.Chat("chat").RateLimits().Throws(new DeployTimeoutException("Too slow.")).Returns("Hello!");
        #endregion

        await Assert.ThrowsAsync<DeployRateLimitException>(() => client.PredictAsync("chat", new ChatRequest("x")));
        await Assert.ThrowsAsync<DeployTimeoutException>(() => client.PredictAsync("chat", new ChatRequest("x")));
        Assert.That((await client.PredictAsync("chat", new ChatRequest("x"))).Text, Is.EqualTo("Hello!"));
    }

    [Test]
    public static async Task Answers_are_recorded_and_replayed()
    {
        await using var real = await GatewayApplication.StartAsync(new() { Port = 0 });
        var target = real.Address.ToString();
        var folder = Directory.CreateTempSubdirectory("recordings").FullName;
        try
        {
            #region fake-record
            await using (var recording = await FakeGateway.RecordAsync(target, folder))
            {
                using var client = recording.CreateClient(); // with the credentials that the real gateway wants
                await client.PredictAsync("chat", new ChatRequest("What is MLflow?"));
            }

            await using var gateway = await FakeGateway.ReplayAsync(folder);
            using var offline = gateway.CreateClient();
            var answer = await offline.PredictAsync("chat", new ChatRequest("What is MLflow?"));
            #endregion

            Assert.That(answer.Text, Does.Contain("MLflow"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
