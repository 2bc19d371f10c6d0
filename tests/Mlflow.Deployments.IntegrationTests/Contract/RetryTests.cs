using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class RetryTests
{
    private readonly ObservedClock _clock = new();

    [TestCase(429)]
    [TestCase(503)]
    public async Task PredictAsync_is_sent_again_until_it_is_answered(int status, CancellationToken token)
    {
        await using var server = await AnsweringInTurnAsync(status, status, 200);
        using var client = server.Client(new() { TimeProvider = _clock });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        var waits = await _clock.SkipWaitsAsync(2, token);

        Assert.Multiple(async () =>
        {
            Assert.That((await call).Id, Is.EqualTo("chatcmpl-1"));
            Assert.That(server.Targets, Has.Exactly(3).Items);
            Assert.That(waits, Has.All.GreaterThan(TimeSpan.Zero).And.All.LessThanOrEqualTo(TimeSpan.FromSeconds(20)));
        });
    }

    [Test]
    public async Task PredictAsync_sends_the_same_body_again(CancellationToken token)
    {
        var bodies = new List<string>();
        await using var server = await FaultServer.StartAsync(async context =>
        {
            bodies.Add(await context.ReadBodyAsync());
            await context.AnswerAsync(Answers.Chat, status: bodies.Count == 1 ? 503 : 200);
        });
        using var client = server.Client(new() { TimeProvider = _clock });

        var call = client.PredictAsync("chat", new ChatRequest("Grüße"), token);
        await _clock.SkipWaitsAsync(1, token);
        await call;

        Assert.That(bodies, Is.EqualTo(Enumerable.Repeat("""{"messages":[{"role":"user","content":"Grüße"}]}""", 2)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    public async Task PredictAsync_gives_up_after_MaxRetries(int maxRetries, CancellationToken token)
    {
        await using var server = await AnsweringInTurnAsync(503);
        using var client = server.Client(new() { TimeProvider = _clock, MaxRetries = maxRetries });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await _clock.SkipWaitsAsync(maxRetries, token);

        await Assert.ThrowsAsync<DeployServerException>(() => call);
        Assert.That(server.Targets, Has.Exactly(maxRetries + 1).Items);
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(404)]
    [TestCase(408)]
    [TestCase(422)]
    [TestCase(500)]
    [TestCase(501)]
    [TestCase(502)]
    [TestCase(504)]
    [TestCase(529)]
    public async Task PredictAsync_is_sent_once_when_the_work_may_have_been_done(int status, CancellationToken token)
    {
        await using var server = await AnsweringInTurnAsync(status);
        using var client = server.Client(new() { TimeProvider = _clock });

        await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.That(server.Targets, Has.Exactly(1).Items);
    }

    [TestCase(429)]
    [TestCase(503)]
    public async Task Nothing_is_sent_again_with_MaxRetries_0(int status, CancellationToken token)
    {
        await using var server = await AnsweringInTurnAsync(status);
        using var client = server.Client(new() { TimeProvider = _clock, MaxRetries = 0 });

        await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));
        await Assert.CatchAsync<DeployException>(() => client.GetEndpointAsync("chat", token));

        Assert.That(server.Targets, Has.Exactly(2).Items);
    }

    [TestCase(429)]
    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    public async Task GetEndpointAsync_is_sent_again(int status, CancellationToken token)
    {
        await using var server = await AnsweringInTurnAsync(status);
        using var client = server.Client(new() { TimeProvider = _clock });

        var call = client.GetEndpointAsync("chat", token);
        await _clock.SkipWaitsAsync(2, token);

        await Assert.CatchAsync<DeployException>(() => call);
        Assert.That(server.Targets, Has.Exactly(3).Items);
    }

    [TestCase(404)]
    [TestCase(501)]
    [TestCase(504)]
    public async Task GetEndpointAsync_is_sent_once_when_a_second_try_would_not_help(int status, CancellationToken token)
    {
        await using var server = await AnsweringInTurnAsync(status);
        using var client = server.Client(new() { TimeProvider = _clock });

        await Assert.CatchAsync<DeployException>(() => client.GetEndpointAsync("chat", token));

        Assert.That(server.Targets, Has.Exactly(1).Items);
    }

    [Test]
    public async Task PredictStreamAsync_is_sent_again_before_it_begins(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(TwoThenStream());
        using var client = server.Client(new() { TimeProvider = _clock });

        var call = client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);
        await _clock.SkipWaitsAsync(2, token);

        Assert.That((await call).Text, Is.EqualTo("Hi"));
    }

    [TestCase("7", 7)]
    [TestCase("Sun, 01 Mar 2026 12:00:45 GMT", 45)]
    [TestCase("60", 60)]
    public async Task RetryAfter_is_waited_for_exactly(string retryAfter, int seconds, CancellationToken token)
    {
        var count = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            return context.AnswerAsync(Answers.Chat, status: ++count == 1 ? 429 : 200);
        });
        using var client = server.Client(new() { TimeProvider = _clock });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        var waits = await _clock.SkipWaitsAsync(1, token);
        await call;

        Assert.That(waits, Is.EqualTo(new[] { TimeSpan.FromSeconds(seconds) }));
    }

    [Test]
    public async Task RetryAfter_above_MaxRetryAfter_fails_at_once(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "61";
            return context.AnswerAsync("{}", status: 429);
        });
        using var client = server.Client(new() { TimeProvider = _clock });

        var failure = await Assert.ThrowsAsync<DeployRateLimitException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(61)));
            Assert.That(server.Targets, Has.Exactly(1).Items);
        });
    }

    [Test]
    public async Task A_wait_for_a_further_try_can_be_cancelled(CancellationToken token)
    {
        await using var server = await AnsweringInTurnAsync(503);
        using var client = server.Client(new() { TimeProvider = _clock, MaxRetries = 10 });
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);

        var call = client.PredictAsync("chat", new ChatRequest("x"), source.Token);
        await _clock.SkipWaitsAsync(1, token);
        await source.CancelAsync();

        Assert.That(() => call, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(source.Token));
    }

    [Test]
    public async Task A_time_out_is_never_sent_again(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context => context.UntilAbortedAsync());
        using var client = server.Client(new() { TimeProvider = _clock, Timeout = TimeSpan.FromMinutes(7) });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await _clock.RunOutAsync(TimeSpan.FromMinutes(7), token);

        await Assert.ThrowsAsync<DeployTimeoutException>(() => call);
        Assert.That(server.Targets.Count, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public async Task A_refused_connection_is_tried_again(CancellationToken token)
    {
        var server = await AnsweringInTurnAsync(200);
        await server.DisposeAsync();
        using var client = server.Client(new() { TimeProvider = _clock });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await _clock.SkipWaitsAsync(2, token);

        Assert.That(() => call, Throws.TypeOf<DeployConnectionException>().With.Message.Contains("no connection could be made"));
    }

    // The last status goes on for ever.
    private static Task<FaultServer> AnsweringInTurnAsync(params int[] statuses)
    {
        var count = 0;
        return FaultServer.StartAsync(context => context.AnswerAsync(Answers.Chat, status: statuses[Math.Min(count++, statuses.Length - 1)]));
    }

    private static Microsoft.AspNetCore.Http.RequestDelegate TwoThenStream()
    {
        var count = 0;
        return async context =>
        {
            if (++count <= 2)
            {
                await context.AnswerAsync("{}", status: 503);
                return;
            }

            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("Hi") + Sse.Stop());
        };
    }
}
