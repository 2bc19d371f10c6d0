using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Contract;

/// <summary>The settings of retries beyond their number.</summary>
[CancelAfter(10_000)]
public class RetryModeTests
{
    private readonly ObservedClock _clock = new();

    [TestCase(500)]
    [TestCase(502)]
    public async Task Mlflow_mode_sends_a_prediction_again_after_a_failure_of_the_server(int status, CancellationToken token)
    {
        await using var server = await AnsweringAsync(status, 200);
        using var client = server.Client(new() { TimeProvider = _clock, RetryMode = RetryMode.Mlflow });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await _clock.SkipWaitsAsync(1, token);

        Assert.That((await call).Id, Is.EqualTo("chatcmpl-1"));
    }

    [Test]
    public async Task Mlflow_mode_sends_again_after_a_connection_that_closed_without_an_answer(CancellationToken token)
    {
        var count = 0;
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (++count == 1)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return context.AnswerAsync(Answers.Chat);
        });
        using var client = server.Client(new() { TimeProvider = _clock, RetryMode = RetryMode.Mlflow });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await _clock.SkipWaitsAsync(1, token);

        Assert.That((await call).Id, Is.EqualTo("chatcmpl-1"));
    }

    [Test]
    public async Task Mlflow_mode_never_sends_again_after_a_time_out(CancellationToken token)
    {
        var limit = TimeSpan.FromMinutes(7);
        await using var server = await FaultServer.StartAsync(context => context.UntilAbortedAsync());
        using var client = server.Client(new() { TimeProvider = _clock, Timeout = limit, RetryMode = RetryMode.Mlflow });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await _clock.RunOutAsync(limit, token);

        await Assert.ThrowsAsync<DeployTimeoutException>(() => call);
        Assert.That(server.Targets.Count, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public async Task Mlflow_mode_never_sends_again_once_an_answer_has_begun(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.WillBeCut();
            return context.AnswerAsync(Answers.Chat[..50]);
        });
        using var client = server.Client(new() { TimeProvider = _clock, RetryMode = RetryMode.Mlflow });

        await Assert.ThrowsAsync<DeployConnectionException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.That(server.Targets, Has.Exactly(1).Items);
    }

    [Test]
    public async Task RetryDelay_is_the_first_wait_and_grows(CancellationToken token)
    {
        await using var server = await AnsweringAsync(503);
        using var client = server.Client(new() { TimeProvider = _clock, RetryDelay = TimeSpan.FromSeconds(8), MaxRetries = 5 });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        var waits = await _clock.SkipWaitsAsync(5, token);

        await Assert.ThrowsAsync<DeployServerException>(() => call);
        Assert.Multiple(() =>
        {
            Assert.That(waits[0], Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(TimeSpan.FromSeconds(16)));
            Assert.That(waits, Has.All.LessThanOrEqualTo(TimeSpan.FromSeconds(20)));
            Assert.That(waits.Sum(wait => wait.TotalSeconds), Is.GreaterThan(20));
        });
    }

    [Test]
    public async Task RetryDelay_above_the_cap_is_kept(CancellationToken token)
    {
        await using var server = await AnsweringAsync(503);
        using var client = server.Client(new() { TimeProvider = _clock, RetryDelay = TimeSpan.FromSeconds(40), MaxRetries = 2 });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        var waits = await _clock.SkipWaitsAsync(2, token);

        await Assert.ThrowsAsync<DeployServerException>(() => call);
        Assert.That(waits, Has.All.LessThanOrEqualTo(TimeSpan.FromSeconds(40)));
    }

    [TestCase("30")]
    [TestCase("3600")]
    public async Task RespectRetryAfter_off_waits_as_without_the_header_and_still_tells_it(string retryAfter, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            return context.AnswerAsync("{}", status: 429);
        });
        using var client = server.Client(new() { TimeProvider = _clock, RespectRetryAfter = false });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        var waits = await _clock.SkipWaitsAsync(2, token);

        var failure = await Assert.ThrowsAsync<DeployRateLimitException>(() => call);
        Assert.Multiple(() =>
        {
            Assert.That(waits, Has.All.LessThanOrEqualTo(TimeSpan.FromSeconds(20)));
            Assert.That(failure!.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(double.Parse(retryAfter, System.Globalization.CultureInfo.InvariantCulture))));
        });
    }

    // The last status goes on for ever.
    private static Task<FaultServer> AnsweringAsync(params int[] statuses)
    {
        var count = 0;
        return FaultServer.StartAsync(context => context.AnswerAsync(Answers.Chat, status: statuses[Math.Min(count++, statuses.Length - 1)]));
    }
}
