using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Testing.Tests;

[CancelAfter(20_000)]
public class FakeGatewayTests
{
    [Test]
    public async Task Chat_answers_what_the_stub_says(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns("Grüße 👩‍🚀");
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("chat", new ChatRequest("two words"), token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("Grüße 👩‍🚀"));
            Assert.That(answer.Choices.Single().FinishReason, Is.EqualTo(FinishReason.Stop));
            Assert.That((answer.Usage!.PromptTokens, answer.Usage.CompletionTokens, answer.Usage.TotalTokens), Is.EqualTo((2, 2, 4)));
        });
    }

    [Test]
    public async Task Chat_of_one_stub_answers_streamed_and_other_requests(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(new ChatAnswer { Pieces = ["Hel", "lo"], Usage = new() { PromptTokens = 3, CompletionTokens = 4, TotalTokens = 7 }, FinishReason = FinishReason.Length });
        using var client = gateway.CreateClient();

        var whole = await client.PredictAsync("chat", new ChatRequest("x"), token);
        var chunks = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((whole.Text, whole.Usage!.TotalTokens, whole.Choices[0].FinishReason), Is.EqualTo(("Hello", (int?)7, FinishReason.Length)));
            Assert.That(chunks.Select(chunk => chunk.Text).Where(text => text.Length > 0), Is.EqualTo(new[] { "Hel", "lo" }));
            Assert.That(chunks[^1].Usage!.TotalTokens, Is.EqualTo(7));
            Assert.That(chunks.SelectMany(chunk => chunk.Choices).Last().FinishReason, Is.EqualTo(FinishReason.Length));
        });
    }

    [Test]
    public async Task Chat_that_calls_a_tool_gives_it_whole_and_in_pieces(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").CallsTool("get_weather", new JsonObject { ["city"] = "Zürich 👩‍🚀" });
        using var client = gateway.CreateClient();

        var whole = await client.PredictAsync("chat", new ChatRequest("x"), token);
        var chunks = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token);
        var streamed = await chunks.ToAsyncEnumerable().ToChatResponseAsync(token);

        Assert.Multiple(() =>
        {
            foreach (var call in new[] { whole, streamed }.Select(answer => answer.Choices[0].Message.ToolCalls!.Single()))
            {
                Assert.That((call.Id, call.Function!.Name, (string?)JsonNode.Parse(call.Function.Arguments!)!["city"]), Is.EqualTo(("call_1", "get_weather", "Zürich 👩‍🚀")));
            }

            Assert.That((whole.Choices[0].FinishReason, streamed.Choices[0].FinishReason), Is.EqualTo((FinishReason.ToolCalls, FinishReason.ToolCalls)));
            Assert.That(chunks.Count(chunk => chunk.Choices is [{ Delta.ToolCalls.Count: > 0 }]), Is.GreaterThan(2));
        });
    }

    [Test]
    public async Task Chat_that_refuses_gives_the_refusal(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Refuses("I will not.");
        using var client = gateway.CreateClient();

        var whole = await client.PredictAsync("chat", new ChatRequest("x"), token);
        var streamed = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That((whole.Choices[0].Message.Refusal, streamed.Choices[0].Message.Refusal, whole.Text), Is.EqualTo(("I will not.", "I will not.", string.Empty)));
    }

    [Test]
    public async Task Chat_without_an_answer_says_something(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat");
        using var client = gateway.CreateClient();

        Assert.That((await client.PredictAsync("chat", new ChatRequest("x"), token)).Text, Is.Not.Empty);
    }

    [Test]
    public async Task Chat_asked_for_several_choices_gives_each(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns("a b");
        using var client = gateway.CreateClient();
        var request = new ChatRequest("x") { N = 2 };

        var whole = await client.PredictAsync("chat", request, token);
        var streamed = await client.PredictStreamAsync("chat", request, token).ToChatResponseAsync(token);

        Assert.That(new[] { whole, streamed }.Select(answer => answer.Choices.Select(choice => (choice.Index, choice.Message.Content))), Is.All.EqualTo(new[] { (0, "a b"), (1, "a b") }));
    }

    [Test]
    public async Task Completions_answer_whole_and_streamed(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Completions("completions").Returns(" there was a king");
        using var client = gateway.CreateClient();

        var whole = await client.PredictAsync("completions", new CompletionRequest("Once upon a time"), token);
        var chunks = await client.PredictStreamAsync("completions", new CompletionRequest("Once upon a time"), token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((whole.Text, whole.Usage!.PromptTokens), Is.EqualTo((" there was a king", (int?)4)));
            Assert.That(string.Concat(chunks.Select(chunk => chunk.Text)), Is.EqualTo(" there was a king"));
            Assert.That(chunks[^1].Usage!.TotalTokens, Is.EqualTo(whole.Usage.TotalTokens));
        });
    }

    [Test]
    public async Task Embeddings_of_either_encoding_are_the_same_unit_vectors(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Embeddings("embeddings").Returns(new EmbeddingAnswer { Dimension = 5 });
        using var client = gateway.CreateClient();

        var numbers = await client.PredictAsync("embeddings", new EmbeddingRequest(["a cat", "a dog"]), token);
        var base64 = await client.PredictAsync("embeddings", new EmbeddingRequest(["a cat", "a dog"]) { EncodingFormat = EmbeddingEncodingFormat.Base64 }, token);

        Assert.Multiple(() =>
        {
            Assert.That(numbers.Data.Select(item => item.Vector.ToArray()), Is.EqualTo(base64.Data.Select(item => item.Vector.ToArray())));
            Assert.That(numbers.Data[0].Vector.ToArray(), Is.EqualTo(FakeVectors.Of("a cat", 5).ToArray()));
            Assert.That(numbers.Usage!.TotalTokens, Is.EqualTo(4));
        });
    }

    [Test]
    public async Task Embeddings_of_own_vectors_are_those(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Embeddings("embeddings").Returns(new EmbeddingAnswer { Vector = text => new float[] { text.Length, 1 } });
        using var client = gateway.CreateClient();

        var vectors = await client.EmbedAsync("embeddings", ["abc", "d"], cancellationToken: token);

        Assert.That(vectors.Select(vector => vector.ToArray()), Is.EqualTo(new[] { new float[] { 3, 1 }, [1, 1] }));
    }

    [Test]
    public async Task Json_answers_a_body_of_any_form(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Json("forecast").When(body => body.ContainsKey("inputs")).Returns(new JsonObject { ["predictions"] = new JsonArray(1, 2) });
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("forecast", new JsonObject { ["inputs"] = new JsonArray(3) }, token);

        Assert.That(answer.ToJsonString(), Is.EqualTo("""{"predictions":[1,2]}"""));
    }

    [Test]
    public async Task Delays_are_those_of_the_clock(CancellationToken token)
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var gateway = await FakeGateway.StartAsync(new() { TimeProvider = clock }, token);
        gateway.Chat("chat").Returns(new ChatAnswer { Pieces = ["a", "b"], PieceDelay = TimeSpan.FromHours(1) });
        using var client = gateway.CreateClient();
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), token).GetAsyncEnumerator(token);
        await chunks.MoveNextAsync();

        var second = chunks.MoveNextAsync().AsTask();
        var isEarly = second.IsCompleted;
        while (!second.IsCompleted)
        {
            clock.Advance(TimeSpan.FromHours(1)); // again, should the server not have begun to wait yet
            await Task.Yield();
        }

        Assert.That((isEarly, await second, chunks.Current.Text), Is.EqualTo((false, true, "b")));
    }

    [Test]
    public async Task Requests_from_many_threads_are_all_there(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(request => new ChatAnswer("You said " + request.Messages[0].Content));
        using var client = gateway.CreateClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.PredictAsync("chat", new ChatRequest($"{i}"), token)));

        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(answer => answer.Text), Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"You said {i}")));
            Assert.That(gateway.Received("chat", 50).Select(request => request.Chat!.Messages[0].Content), Is.EquivalentTo(Enumerable.Range(0, 50).Select(i => $"{i}")));
        });
    }

    [Test]
    public async Task Dispose_ends_answers_under_way(CancellationToken token)
    {
        var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Breaks(Fault.SilenceBeforeHeaders);
        using var client = gateway.CreateClient(new() { MaxRetries = 0 });
        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await gateway.WaitForSilenceAsync(token);

        await gateway.DisposeAsync();

        await Assert.ThrowsAsync<DeployConnectionException>(() => call);
    }
}
