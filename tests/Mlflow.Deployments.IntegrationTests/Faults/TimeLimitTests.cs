using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

[CancelAfter(10_000)]
public class TimeLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(7);

    private readonly ObservedClock _clock = new();
    private readonly TaskCompletionSource _asked = new();
    private readonly TaskCompletionSource _stopped = new();

    [Test]
    public async Task Timeout_ends_a_call_that_is_not_answered(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            _asked.SetResult();
            return context.UntilAbortedAsync();
        });
        using var client = server.Client(new() { TimeProvider = _clock, Timeout = Limit });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await _asked.Task.WaitAsync(token);
        await _clock.RunOutAsync(Limit, token);

        var failure = await Assert.ThrowsAsync<DeployTimeoutException>(() => call);
        Assert.Multiple(() =>
        {
            Assert.That((failure!.OptionName, failure.Limit, failure.ChunksReceived, failure.IsTransient), Is.EqualTo(("Timeout", Limit, 0, false)));
            Assert.That(failure!.Message, Is.EqualTo("Endpoint 'chat' did not answer within 420 s. Raise Timeout if this model takes longer, or stream the answer."));
        });
    }

    [Test]
    public async Task Timeout_ends_a_call_whose_answer_stops_in_the_middle(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.AnswerAsync(Answers.Chat[..40]);
            _asked.SetResult();
            await context.UntilAbortedAsync();
        });
        using var client = server.Client(new() { TimeProvider = _clock, Timeout = Limit });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await _asked.Task.WaitAsync(token);
        await _clock.RunOutAsync(Limit, token);

        var failure = await Assert.ThrowsAsync<DeployTimeoutException>(() => call);
        Assert.That(failure!.OptionName, Is.EqualTo("Timeout"));
    }

    [Test]
    public async Task Timeout_counts_for_the_catalogue_too(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context => context.UntilAbortedAsync());
        using var client = server.Client(new() { TimeProvider = _clock, Timeout = Limit });

        var call = client.GetEndpointAsync("chat", token);
        await _clock.RunOutAsync(Limit, token);

        await Assert.ThrowsAsync<DeployTimeoutException>(() => call);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task FirstByteTimeout_ends_a_stream_that_does_not_begin(bool withHeaders, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await (withHeaders ? context.BeginStreamAsync() : Task.CompletedTask);
            _asked.SetResult();
            await context.UntilAbortedAsync();
        });
        using var client = server.Client(new() { TimeProvider = _clock, FirstByteTimeout = Limit });

        var call = client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask();
        await _asked.Task.WaitAsync(token);
        await _clock.RunOutAsync(Limit, token);

        var failure = await Assert.ThrowsAsync<DeployTimeoutException>(() => call);
        Assert.That((failure!.OptionName, failure.Limit, failure.ChunksReceived), Is.EqualTo(("FirstByteTimeout", Limit, 0)));
    }

    [Test]
    public async Task StreamIdleTimeout_ends_a_stream_that_falls_silent(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a"));
            await context.UntilAbortedAsync();
        });
        using var client = server.Client(new() { TimeProvider = _clock, StreamIdleTimeout = Limit });
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), token).GetAsyncEnumerator(token);
        await chunks.MoveNextAsync();

        var next = chunks.MoveNextAsync().AsTask();
        await _clock.RunOutAsync(Limit, token);

        var failure = await Assert.ThrowsAsync<DeployTimeoutException>(() => next);
        Assert.Multiple(() =>
        {
            Assert.That((failure!.OptionName, failure.Limit, failure.ChunksReceived), Is.EqualTo(("StreamIdleTimeout", Limit, 1)));
            Assert.That(failure!.Message, Does.Contain("after 1 chunk").And.Contain("420 s"));
        });
    }

    [Test]
    public async Task StreamIdleTimeout_stops_the_servers_work(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(_stopped.SetResult);
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a"));
            await context.UntilAbortedAsync();
        });
        using var client = server.Client(new() { TimeProvider = _clock, StreamIdleTimeout = Limit });

        var call = client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask();
        await _clock.RunOutAsync(Limit, token);
        await Assert.ThrowsAsync<DeployTimeoutException>(() => call);

        Assert.That(async () => await _stopped.Task.WaitAsync(token), Throws.Nothing);
    }

    [Test]
    public async Task Pings_begin_the_silence_anew(CancellationToken token)
    {
        var pings = new SemaphoreSlim(0);
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a"));
            await pings.WaitAsync(context.RequestAborted);
            await context.SendAsync(": ping\n\n");
            await pings.WaitAsync(context.RequestAborted);
            await context.SendAsync(Sse.Text("b") + Sse.Stop());
        });
        using var client = server.Client(new() { TimeProvider = _clock, StreamIdleTimeout = Limit });

        var call = client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);
        await _clock.RunsAsync(Limit, token);
        _clock.Advance(Limit * 0.9);
        var starts = _clock.StartsOf(Limit);
        pings.Release();
        await _clock.StartsAgainAsync(Limit, starts, token);
        _clock.Advance(Limit * 0.9);
        pings.Release();

        Assert.That((await call).Text, Is.EqualTo("ab"));
    }

    [Test]
    public async Task Time_that_the_caller_takes_over_a_chunk_does_not_count(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("a"), Sse.Text("b"), Sse.Stop());
        using var client = server.Client(new() { TimeProvider = _clock, StreamIdleTimeout = Limit, FirstByteTimeout = Limit });
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), token).GetAsyncEnumerator(token);
        await chunks.MoveNextAsync();

        _clock.Advance(TimeSpan.FromDays(1));

        Assert.That(await chunks.MoveNextAsync(), Is.True);
    }

    [Test]
    public async Task Timeout_is_no_limit_on_streams(CancellationToken token)
    {
        var goOn = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a"));
            await goOn.Task.WaitAsync(context.RequestAborted);
            await context.SendAsync(Sse.Stop());
        });
        using var client = server.Client(new() { TimeProvider = _clock, Timeout = TimeSpan.FromSeconds(1), StreamIdleTimeout = Limit });

        var call = client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);
        await _clock.RunsAsync(Limit, token);
        _clock.Advance(Limit / 2);
        goOn.SetResult();

        Assert.That((await call).Text, Is.EqualTo("a"));
    }
}
