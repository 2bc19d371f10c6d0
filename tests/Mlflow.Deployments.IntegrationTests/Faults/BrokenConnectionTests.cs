using System.Text;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;
using Mlflow.Deployments.Testing;

namespace Mlflow.Deployments.IntegrationTests.Faults;

[CancelAfter(10_000)]
public class BrokenConnectionTests
{
    [Test]
    public async Task PredictAsync_whose_connection_is_reset_before_the_answer_throws_and_is_not_sent_again(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Breaks(Fault.ResetBeforeHeaders);
        using var client = gateway.CreateClient();

        var failure = await Assert.ThrowsAsync<DeployConnectionException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain(gateway.Target).And.Contain("may have been worked on"));
            Assert.That((failure!.StatusCode, failure.Endpoint), Is.EqualTo(((System.Net.HttpStatusCode?)null, "chat")));
            Assert.That(gateway.Requests, Has.Exactly(1).Items);
        });
    }

    [Test]
    public async Task PredictAsync_whose_connection_is_closed_before_the_answer_throws(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = server.Client();

        await Assert.ThrowsAsync<DeployConnectionException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));
    }

    [Test]
    public async Task PredictAsync_whose_answer_is_cut_throws_and_is_not_sent_again(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(new HttpAnswer(Answers.Chat) { Fault = Fault.CutAfter(0) });
        using var client = gateway.CreateClient();

        var failure = await Assert.ThrowsAsync<DeployConnectionException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain("before the answer was whole"));
            Assert.That(gateway.Requests, Has.Exactly(1).Items);
        });
    }

    [Test]
    public async Task PredictStreamAsync_whose_connection_is_reset_before_the_headers_throws(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Breaks(Fault.ResetBeforeHeaders);
        using var client = gateway.CreateClient();

        await Assert.ThrowsAsync<DeployConnectionException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That(gateway.Requests, Has.Exactly(1).Items);
    }

    [Test]
    public async Task PredictStreamAsync_whose_connection_is_reset_in_mid_stream_throws_with_the_chunk_count(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(new ChatAnswer { Pieces = ["a", "b", "c"], Fault = Fault.ResetAfter(2) });
        using var client = gateway.CreateClient();
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), token).GetAsyncEnumerator(token);
        await chunks.MoveNextAsync();
        await chunks.MoveNextAsync();
        await gateway.WaitForSilenceAsync(token);
        gateway.ReleaseSilence();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => chunks.MoveNextAsync().AsTask());

        Assert.Multiple(() =>
        {
            Assert.That((failure!.ChunksReceived, failure.IsTransient), Is.EqualTo((2, true)));
            Assert.That(failure!.Message, Does.Contain("cut off").And.Contain("2 chunks"));
            Assert.That(failure!.InnerException, Is.InstanceOf<IOException>());
        });
    }

    [TestCaseSource(nameof(Cuts))]
    public async Task PredictStreamAsync_that_is_cut_throws_with_the_chunk_count(byte[] sent, int chunks, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.WillBeCut();
            await context.BeginStreamAsync();
            await context.SendAsync(sent);
        });
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That((failure!.ChunksReceived, failure.IsTransient), Is.EqualTo((chunks, true)));
    }

    [TestCaseSource(nameof(OrderlyEnds))]
    public async Task PredictStreamAsync_that_ends_in_order_but_too_early_throws_with_the_chunk_count(byte[] sent, int chunks, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(sent);
        });
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That((failure!.ChunksReceived, failure.IsTransient), Is.EqualTo((chunks, true)));
    }

    [Test]
    public async Task PredictStreamAsync_that_breaks_after_DONE_is_whole(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.WillBeCut();
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a") + Sse.Done);
        });
        using var client = server.Client();

        var chunks = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token);

        Assert.That(chunks, Has.Exactly(1).Items);
    }

    [TestCase("data: [DONE]")]
    [TestCase("data: [DONE]\n")]
    [TestCase("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n")]
    [CancelAfter(10_000)]
    public async Task PredictStreamAsync_that_lacks_only_the_last_empty_line_is_whole(string end, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a") + end);
        });
        using var client = server.Client();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("a"));
    }

    private static IEnumerable<TestCaseData> Cuts() =>
    [
        new TestCaseData(Array.Empty<byte>(), 0).SetArgDisplayNames("before the first byte"),
        new TestCaseData(Bytes(Sse.Text("a")), 1).SetArgDisplayNames("between two events"),
        new TestCaseData(Bytes(Sse.Text("a") + Sse.Text("b")[..30]), 1).SetArgDisplayNames("inside an event"),
        new TestCaseData(InsideUmlaut(), 1).SetArgDisplayNames("inside a UTF-8 sequence"),
        new TestCaseData(Bytes(Sse.Text("a") + ": pi"), 1).SetArgDisplayNames("inside a comment"),
    ];

    private static IEnumerable<TestCaseData> OrderlyEnds() =>
    [
        new TestCaseData(Array.Empty<byte>(), 0).SetArgDisplayNames("before the first byte"),
        new TestCaseData(Bytes(": ping\n\n"), 0).SetArgDisplayNames("after a comment"),
        new TestCaseData(Bytes(Sse.Text("a")), 1).SetArgDisplayNames("without a finish reason"),
        new TestCaseData(Bytes(Sse.Text("a") + Sse.Text("b", 1) + Sse.Stop()), 3).SetArgDisplayNames("with one of two finish reasons"),
        new TestCaseData(Bytes(Sse.Text("a") + Sse.Stop().TrimEnd('\n')), 1).SetArgDisplayNames("with an event whose line has no end"),
        new TestCaseData(InsideUmlaut(), 1).SetArgDisplayNames("inside a UTF-8 sequence"),
    ];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] InsideUmlaut() => [.. Bytes(Sse.Text("a") + """data: {"choices":[{"delta":{"content":" """), 0xC3];
}
