using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.IntegrationTests.Fakes;
using Mlflow.Deployments.Testing;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class StreamTests
{
    [Test]
    public async Task PredictStreamAsync_of_chat_sends_exactly_the_request(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(Sse.Stream(Sse.Stop()));
        using var client = gateway.CreateClient();

        await client.PredictStreamAsync("chat", new ChatRequest("Hi") { Temperature = 0 }, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Requests.Single().Method, Is.EqualTo("POST"));
            Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"messages":[{"role":"user","content":"Hi"}],"temperature":0,"stream":true,"stream_options":{"include_usage":true}}"""));
            Assert.That(gateway.Requests.Single().Headers.GetValueOrDefault("Content-Type"), Is.EqualTo("application/json"));
        });
    }

    [Test]
    public async Task PredictStreamAsync_of_completions_sends_exactly_the_request(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Completions("davinci").Returns(Sse.Stream(Sse.Event("""{"choices":[{"index":0,"text":"a","finish_reason":"stop"}]}""")));
        using var client = gateway.CreateClient();

        await client.PredictStreamAsync("davinci", new CompletionRequest("Hi"), token).ToListAsync(token);

        Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"prompt":"Hi","stream":true,"stream_options":{"include_usage":true}}"""));
    }

    [Test]
    public async Task PredictStreamAsync_of_any_json_adds_stream_and_leaves_the_inputs_alone(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Json("custom").Returns(Sse.Stream(Sse.Event("{\"x\":1}")));
        using var client = gateway.CreateClient();
        var inputs = new JsonObject { ["inputs"] = new JsonArray(1, 2) };

        await client.PredictStreamAsync("custom", inputs, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"inputs":[1,2],"stream":true}"""));
            Assert.That(inputs.ToJsonString(), Is.EqualTo("""{"inputs":[1,2]}"""));
        });
    }

    [Test]
    public async Task IncludeStreamUsage_off_asks_for_no_usage(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(Sse.Stream(Sse.Stop()));
        using var client = gateway.CreateClient(new() { IncludeStreamUsage = false });

        await client.PredictStreamAsync("chat", new ChatRequest("Hi"), token).ToListAsync(token);

        Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"messages":[{"role":"user","content":"Hi"}],"stream":true}"""));
    }

    [Test]
    public async Task Usage_comes_with_a_chunk_without_choices(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(Sse.Stream(Sse.Text("a") + Sse.Stop() + Sse.Event("""{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}""") + Sse.Done));
        using var client = gateway.CreateClient();

        var chunks = await client.PredictStreamAsync("chat", new ChatRequest("Hi"), token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(chunks, Has.Exactly(3).Items);
            Assert.That(chunks[^1].Usage!.TotalTokens, Is.EqualTo(7));
        });
    }

    [Test]
    public async Task Two_choices_keep_their_texts_apart(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(Sse.Stream(Sse.Text("a") + Sse.Text("x", 1) + Sse.Text("b") + Sse.Stop() + Sse.Text("y", 1) + Sse.Stop(1)));
        using var client = gateway.CreateClient();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("Hi") { N = 2 }, token).ToChatResponseAsync(token);

        Assert.That(answer.Choices.Select(choice => (choice.Index, choice.Message.Content)), Is.EqualTo(new[] { (0, "ab"), (1, "xy") }));
    }

    [Test]
    public async Task Pieces_of_tool_calls_make_whole_calls(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(Sse.Stream(Sse.Event("""{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]}}]}""")
            + Sse.Event("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}},{"index":1,"id":"call_2","type":"function","function":{"name":"time","arguments":"{}"}}]}}]}""")
            + Sse.Event("""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Ulm\"}"}}]}}]}""")
            + Sse.Event("""{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""")));
        using var client = gateway.CreateClient();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("Hi"), token).ToChatResponseAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(
                answer.Choices[0].Message.ToolCalls!.Select(call => (call.Id, call.Function!.Name, call.Function.Arguments)),
                Is.EqualTo(new[] { ("call_1", "weather", """{"city":"Ulm"}"""), ("call_2", "time", "{}") }));
            Assert.That(answer.Choices[0].FinishReason, Is.EqualTo(FinishReason.ToolCalls));
        });
    }

    [Test]
    public async Task PredictStreamAsync_of_completions_hands_out_the_texts(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Completions("davinci").Returns(Sse.Stream(Sse.Event("""{"choices":[{"index":0,"text":"a","finish_reason":null}]}""") + Sse.Event("""{"choices":[{"index":0,"text":"b","finish_reason":"length"}]}""")));
        using var client = gateway.CreateClient();

        var texts = await client.PredictStreamAsync("davinci", new CompletionRequest("Hi"), token).Select(chunk => chunk.Text).ToListAsync(token);

        Assert.That(texts, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task PredictStreamAsync_sends_nothing_before_the_loop_and_once_for_each_loop(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Stop());
        using var client = server.Client();

        var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), token);
        var before = server.Targets.Count;
        await chunks.ToListAsync(token);
        await chunks.ToListAsync(token);

        Assert.That((before, server.Targets.Count), Is.EqualTo((0, 2)));
    }
}
