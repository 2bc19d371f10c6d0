using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

/// <summary>An error inside a stream is raised, never handed out as a piece of the answer.</summary>
[CancelAfter(10_000)]
public class StreamErrorTests
{
    private static readonly TestCaseData[] Errors =
    [
        new("""data: {"error":{"message":"boom","type":"server_error"}}""", "server_error", true),
        new("""data: {"error":{"message":"boom","type":"invalid_request_error","param":null,"code":"too_long"}}""", "too_long", false),
        new("""data: {"error":{"message":"boom","code":429}}""", "429", true),
        new("""data: {"error":{"message":"boom","code":400}}""", "400", false),
        new("""data: {"error":"boom"}""", null, false),
        new("""data: {"detail":"boom"}""", null, false),
        new("""data: {"detail":{"error_code":"BAD_REQUEST","message":"boom"}}""", "BAD_REQUEST", false),
        new("""data: {"detail":[{"loc":["body","n"],"msg":"boom","type":"x"}]}""", null, false),
        new("""data: {"error_code":"TEMPORARILY_UNAVAILABLE","message":"boom"}""", "TEMPORARILY_UNAVAILABLE", true),
        new("""data: {"error":{"message":"boom"},"choices":[]}""", null, false),
        new("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"boom\"}}", "overloaded_error", true),
        new("event: error\ndata: boom", null, false),
        new("event: error\ndata: {\"message\":\"boom\",\"code\":\"overloaded\"}", "overloaded", true),
        new("event: error\ndata: {\"error\":{\"message\":\"boom\"}}", null, false),
        new("event: error\ndata: <html><title>boom</title></html>", null, false),
    ];

    [TestCaseSource(nameof(Errors))]
    public async Task PredictStreamAsync_of_chat_raises_an_error_event(string errorEvent, string? code, bool isTransient, CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("a"), Sse.Text("b"), errorEvent + "\n\n", Sse.Text("c"));
        using var client = server.Client();
        var texts = new List<string>();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ForEachAsync(chunk => texts.Add(chunk.Text)));

        AssertBoom(failure!, code, isTransient);
        Assert.That(texts, Is.EqualTo(new[] { "a", "b" }));
    }

    [TestCaseSource(nameof(Errors))]
    public async Task PredictStreamAsync_of_completions_raises_an_error_event(string errorEvent, string? code, bool isTransient, CancellationToken token)
    {
        var piece = Sse.Event("""{"choices":[{"index":0,"text":"a","finish_reason":null}]}""");
        await using var server = await FaultServer.StreamingAsync(piece, piece, errorEvent + "\n\n");
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("davinci", new CompletionRequest("x"), token).ToListAsync(token).AsTask());

        AssertBoom(failure!, code, isTransient);
    }

    [TestCaseSource(nameof(Errors))]
    public async Task PredictStreamAsync_of_any_json_raises_an_error_event(string errorEvent, string? code, bool isTransient, CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Event("""{"predictions":[1]}"""), Sse.Event("[2]"), errorEvent + "\n\n");
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("custom", new JsonObject(), token).ToListAsync(token).AsTask());

        AssertBoom(failure!, code, isTransient);
    }

    [Test]
    public async Task PredictStreamAsync_raises_an_error_that_comes_first(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Event("""{"error":{"message":"boom"}}"""));
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That(failure!.ChunksReceived, Is.Zero);
    }

    [Test]
    public async Task PredictStreamAsync_takes_null_errors_for_none(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Event("""{"error":null,"detail":null,"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"""));
        using var client = server.Client();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("a"));
    }

    [TestCase("""{"choices":[{"index":0,"delta":{"content":"a"}""")]
    [TestCase("hello")]
    [TestCase("null")]
    [TestCase("5")]
    [TestCase("[]")]
    [TestCase("""{"choices":5}""")]
    public async Task PredictStreamAsync_of_an_event_that_is_no_chunk_throws(string data, CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("a"), Sse.Event(data), Sse.Stop());
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token));

        Assert.Multiple(() =>
        {
            Assert.That((failure!.ChunksReceived, failure.IsTransient), Is.EqualTo((1, false)));
            Assert.That(failure!.Message, Does.Contain("cannot be read as JSON"));
        });
    }

    [TestCase("""{"choices":[null]}""")]
    [TestCase("""{"choices":[{"index":0,"delta":null}]}""")]
    [TestCase("""{"choices":[{"index":0,"delta":{"tool_calls":[null]}}]}""")]
    [TestCase("""{"choices":[{"index":0,"delta":{"content":[null]}}]}""")]
    [TestCase("""{"choices":null}""")]
    public async Task PredictStreamAsync_of_a_chunk_with_nulls_goes_on(string data, CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("a"), Sse.Event(data), Sse.Text("b"), Sse.Stop());
        using var client = server.Client();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That((answer.Text, answer.Choices.Count), Is.EqualTo(("ab", 1)));
    }

    [TestCase("""{"choices":[5]}""")]
    [TestCase("""{"choices":[[]]}""")]
    [TestCase("""{"choices":[null]}""")]
    [TestCase("""{"choices":{}}""")]
    [TestCase("5")]
    public async Task PredictStreamAsync_of_any_json_hands_out_any_json(string data, CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Event(data), Sse.Done);
        using var client = server.Client();

        var chunk = await client.PredictStreamAsync("custom", new JsonObject(), token).SingleAsync(token);

        Assert.That(chunk.ToJsonString(), Is.EqualTo(data));
    }

    [Test]
    public async Task PredictStreamAsync_of_any_json_with_a_key_twice_fails_as_a_stream(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Event("""{"a":1,"a":2}"""), Sse.Done);
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("custom", new JsonObject(), token).ToListAsync(token).AsTask());

        Assert.That(failure!.Message, Does.Contain("cannot be read as JSON"));
    }

    [Test]
    public async Task PredictStreamAsync_of_an_event_over_MaxEventBytes_throws(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("a"), "data: " + new string('x', 3000));
        using var client = server.Client(new() { MaxEventBytes = 2000 });

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.Multiple(() =>
        {
            Assert.That((failure!.ChunksReceived, failure.IsTransient), Is.EqualTo((1, false)));
            Assert.That(failure!.Message, Does.Contain("MaxEventBytes (2000)"));
        });
    }

    [Test]
    public async Task PredictStreamAsync_counts_MaxEventBytes_for_each_event_anew(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync([.. Enumerable.Repeat(Sse.Text(new string('x', 1500)), 20), Sse.Stop()]);
        using var client = server.Client(new() { MaxEventBytes = 2000 });

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Has.Length.EqualTo(30_000));
    }

    private static void AssertBoom(DeployStreamException failure, string? code, bool isTransient) => Assert.Multiple(() =>
    {
        Assert.That((failure.ErrorCode, failure.IsTransient, failure.ChunksReceived), Is.EqualTo((code, isTransient, 2)));
        Assert.That(failure.Message, Does.Contain("boom").And.Contain("2 chunks"));
    });
}
