using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Testing.Tests;

[CancelAfter(20_000)]
public class SequenceTests
{
    [Test]
    public async Task Answers_come_in_order_and_the_last_repeats(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns("a").Times(2).Returns("b");
        using var client = gateway.CreateClient();

        var texts = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            texts.Add((await client.PredictAsync("chat", new ChatRequest("x"), token)).Text);
        }

        Assert.That(texts, Is.EqualTo(new[] { "a", "a", "b", "b", "b" }));
    }

    [Test]
    public async Task RateLimits_after_some_answers_and_then_fine_again(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns("a").RateLimits(TimeSpan.FromSeconds(6.5)).Returns("b");
        using var client = gateway.CreateClient(new() { MaxRetries = 0 });
        Task<ChatResponse> Ask() => client.PredictAsync("chat", new ChatRequest("x"), token);

        var first = await Ask();
        var failure = await Assert.ThrowsAsync<DeployRateLimitException>(Ask);
        var third = await Ask();

        Assert.Multiple(() =>
        {
            Assert.That((first.Text, third.Text), Is.EqualTo(("a", "b")));
            Assert.That(failure!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(7)));
            Assert.That(failure!.ResponseBody, Does.StartWith("""{"error":"Rate limit exceeded"""));
        });
    }

    [Test]
    public async Task CreateClient_without_options_sends_again_without_waiting(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").RateLimits(TimeSpan.FromHours(1)).Returns("fine");
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That((answer.Text, gateway.Received("chat", 2)), Is.EqualTo(("fine", gateway.Requests)));
    }

    [Test]
    public async Task Of_stubs_the_later_wins_and_one_with_a_condition_before_one_without(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").WhenUserSays("WEATHER").Returns("sunny");
        gateway.Chat("chat").Returns("old");
        gateway.Chat("chat").Returns("new");
        using var client = gateway.CreateClient();

        var weather = await client.PredictAsync("chat", new ChatRequest("How is the weather?"), token);
        var other = await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That((weather.Text, other.Text), Is.EqualTo(("sunny", "new")));
    }

    [Test]
    public async Task Fails_with_a_status_in_the_form_of_MLflow([Values(400, 401, 403, 404, 422, 500, 501, 503)] int status, CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Fails(status, "No way");
        using var client = gateway.CreateClient(new() { MaxRetries = 0 });

        var failure = await Assert.CatchAsync<DeployException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That(((int)failure!.StatusCode!, failure.ResponseBody), Is.EqualTo((status, """{"detail":"No way"}""")));
    }

    [Test]
    public async Task Times_before_an_answer_says_what_to_do(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);

        Assert.Throws<InvalidOperationException>(() => gateway.Chat("chat").Times(2), "Returns");
    }

    [Test]
    public async Task Throws_of_a_server_says_what_to_do(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);

        var failure = Assert.Throws<InvalidOperationException>(() => gateway.Chat("chat").Throws(new TimeoutException()));

        Assert.That(failure!.Message, Does.Contain("FakeDeployClient").And.Contain("Fails"));
    }
}
