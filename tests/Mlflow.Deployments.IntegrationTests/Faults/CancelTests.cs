using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

/// <summary>A caller who leaves or cancels stops the server's work at once, and sees nothing more.</summary>
[CancelAfter(10_000)]
public class CancelTests
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task Leaving_the_loop_stops_the_servers_work(CancellationToken token)
    {
        await using var server = await SilentAfterAsync(Sse.Text("a"));
        using var client = server.Client();

        var first = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).FirstAsync(token);

        Assert.That(first.Text, Is.EqualTo("a"));
        Assert.That(async () => await _stopped.Task.WaitAsync(token), Throws.Nothing);
    }

    [Test]
    public async Task Leaving_the_loop_stops_a_server_that_never_pauses(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(_stopped.SetResult);
            await context.BeginStreamAsync();
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.SendAsync(Sse.Text("a"));
            }
        });
        using var client = server.Client();

        await client.PredictStreamAsync("chat", new ChatRequest("x"), token).FirstAsync(token);

        Assert.That(async () => await _stopped.Task.WaitAsync(token), Throws.Nothing);
    }

    [Test]
    public async Task Cancelling_a_stream_that_waits_throws_for_the_callers_token_and_stops_the_servers_work(CancellationToken token)
    {
        await using var server = await SilentAfterAsync(Sse.Text("a"));
        using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), source.Token).GetAsyncEnumerator(source.Token);
        await chunks.MoveNextAsync();

        var next = chunks.MoveNextAsync().AsTask();
        await source.CancelAsync();

        AssertCancelled(next, source.Token);
        Assert.That(async () => await _stopped.Task.WaitAsync(token), Throws.Nothing);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Cancelling_a_stream_that_has_not_begun_throws_for_the_callers_token(bool withHeaders, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(_stopped.SetResult);
            await (withHeaders ? context.BeginStreamAsync() : Task.CompletedTask);
            _asked.SetResult();
            await context.UntilAbortedAsync();
        });
        using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);

        var call = client.PredictStreamAsync("chat", new ChatRequest("x"), source.Token).ToListAsync(source.Token).AsTask();
        await _asked.Task.WaitAsync(token);
        await source.CancelAsync();

        AssertCancelled(call, source.Token);
        Assert.That(async () => await _stopped.Task.WaitAsync(token), Throws.Nothing);
    }

    [Test]
    public async Task Cancelling_hides_a_thousand_chunks_that_have_come_already(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(string.Concat(Enumerable.Repeat(Sse.Text("a"), 1000)) + Sse.Stop() + Sse.Done);
        using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), source.Token).GetAsyncEnumerator(source.Token);
        await chunks.MoveNextAsync();
        await chunks.MoveNextAsync();

        await source.CancelAsync();

        AssertCancelled(chunks.MoveNextAsync().AsTask(), source.Token);
    }

    [Test]
    public async Task Cancelling_after_the_last_chunk_still_throws(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Stop() + Sse.Done);
        using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), source.Token).GetAsyncEnumerator(source.Token);
        await chunks.MoveNextAsync();

        await source.CancelAsync();

        AssertCancelled(chunks.MoveNextAsync().AsTask(), source.Token);
    }

    [Test]
    public async Task Cancelling_by_WithCancellation_stops_the_stream_too(CancellationToken token)
    {
        await using var server = await SilentAfterAsync(Sse.Text("a"));
        using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), CancellationToken.None).GetAsyncEnumerator(source.Token);
        await chunks.MoveNextAsync();

        var next = chunks.MoveNextAsync().AsTask();
        await source.CancelAsync();

        AssertCancelled(next, source.Token);
    }

    [TestCase(0)]
    [TestCase(40)]
    public async Task Cancelling_a_prediction_throws_for_the_callers_token_and_stops_the_servers_work(int bytesSent, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(_stopped.SetResult);
            await (bytesSent > 0 ? context.AnswerAsync(Answers.Chat[..bytesSent]) : Task.CompletedTask);
            _asked.SetResult();
            await context.UntilAbortedAsync();
        });
        using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);

        var call = client.PredictAsync("chat", new ChatRequest("x"), source.Token);
        await _asked.Task.WaitAsync(token);
        await source.CancelAsync();

        AssertCancelled(call, source.Token);
        Assert.That(async () => await _stopped.Task.WaitAsync(token), Throws.Nothing);
    }

    [Test]
    public async Task A_token_that_is_cancelled_before_sends_nothing(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);
        await source.CancelAsync();

        AssertCancelled(client.PredictAsync("chat", new ChatRequest("x"), source.Token), source.Token);
        AssertCancelled(client.PredictStreamAsync("chat", new ChatRequest("x"), source.Token).ToListAsync(source.Token).AsTask(), source.Token);
        AssertCancelled(client.GetHealthAsync(source.Token), source.Token);
        Assert.That(server.Targets, Is.Empty);
    }

    private Task<FaultServer> SilentAfterAsync(string events) => FaultServer.StartAsync(async context =>
    {
        context.RequestAborted.Register(_stopped.SetResult);
        await context.BeginStreamAsync();
        await context.SendAsync(events);
        await context.UntilAbortedAsync();
    });

    private static void AssertCancelled(Task call, CancellationToken by) =>
        Assert.That(() => call, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(by));
}
