using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Testing.Tests;

[CancelAfter(20_000)]
public class FakeDeployClientTests
{
    [Test]
    public async Task Every_kind_of_call_is_answered_by_its_stub(CancellationToken token)
    {
        using var client = new FakeDeployClient();
        client.Chat("chat").Returns("Hi you");
        client.Completions("completions").Returns(" more");
        client.Embeddings("embeddings").Returns(new EmbeddingAnswer { Dimension = 2 });
        client.Json("model").Returns(new JsonObject { ["predictions"] = 1 });

        var chat = await client.PredictAsync("chat", new ChatRequest("x"), token);
        var completion = await client.PredictAsync("completions", new CompletionRequest("x"), token);
        var embedding = await client.PredictAsync("embeddings", new EmbeddingRequest("x"), token);
        var json = await client.PredictAsync("model", new JsonObject { ["inputs"] = 1 }, token);
        var chunks = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).TextAsync(token).ToListAsync(token);
        var completionChunks = await client.PredictStreamAsync("completions", new CompletionRequest("x"), token).ToListAsync(token);
        var events = await client.PredictStreamAsync("chat", new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "x" }) }, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((chat.Text, completion.Text, json.ToJsonString()), Is.EqualTo(("Hi you", " more", """{"predictions":1}""")));
            Assert.That(embedding.Data.Single().Vector.ToArray(), Is.EqualTo(FakeVectors.Of("x", 2).ToArray()));
            Assert.That(chunks, Is.EqualTo(new[] { "Hi", " you" }));
            Assert.That((string.Concat(completionChunks.Select(chunk => chunk.Text)), events.Count), Is.EqualTo((" more", 4)));
            Assert.That(client.Received("chat", 3).Select(request => request.IsStreamed), Is.EqualTo(new[] { false, true, true }));
        });
    }

    [Test]
    public async Task Throws_gives_the_exception_itself_whatever_its_kind(CancellationToken token)
    {
        using var client = new FakeDeployClient();
        Exception[] exceptions = [new HttpRequestException("a"), new IOException("b"), new TimeoutException("c"), new DeployRateLimitException("d")];
        var stub = client.Chat("chat");
        foreach (var exception in exceptions.SelectMany(exception => new[] { exception, exception }))
        {
            stub.Throws(exception);
        }

        var thrown = new List<Exception?>();
        foreach (var _ in exceptions)
        {
            thrown.Add(await Assert.CatchAsync(() => client.PredictAsync("chat", new ChatRequest("x"), token)));
            thrown.Add(await Assert.CatchAsync(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask()));
        }

        Assert.That(thrown, Is.EqualTo(exceptions.SelectMany(exception => new[] { exception, exception })));
    }

    [Test]
    public async Task RateLimits_throws_what_the_real_client_throws_and_nothing_is_sent_again(CancellationToken token)
    {
        using var client = new FakeDeployClient();
        client.Chat("chat").RateLimits(TimeSpan.FromSeconds(3)).Returns("fine");

        var failure = await Assert.ThrowsAsync<DeployRateLimitException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));
        var answer = await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That((failure!.RetryAfter, answer.Text), Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(3), "fine")));
    }

    [Test]
    public async Task Cancelling_while_an_answer_is_silent_throws(CancellationToken token)
    {
        using var client = new FakeDeployClient();
        client.Chat("chat").Breaks(Fault.SilenceAfter(1));
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), leaving.Token).GetAsyncEnumerator(leaving.Token);
        await chunks.MoveNextAsync();
        var second = chunks.MoveNextAsync().AsTask();
        await client.WaitForSilenceAsync(token);

        await leaving.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => second);
    }

    [Test]
    public async Task The_catalogue_and_health_are_those_of_the_stubs(CancellationToken token)
    {
        using var client = new FakeDeployClient { IsHealthy = false };
        client.Chat("chat");
        client.Embeddings("embeddings");

        var endpoints = await client.ListEndpointsAsync(token).ToListAsync(token);
        var endpoint = await client.GetEndpointAsync("chat", token);
        var health = await client.GetHealthAsync(token);
        await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.GetEndpointAsync("nope", token));

        Assert.Multiple(() =>
        {
            Assert.That(endpoints.Select(item => (item.Name, item.Type)), Is.EqualTo(new[] { ("chat", EndpointType.Chat), ("embeddings", EndpointType.Embeddings) }));
            Assert.That((endpoint.Name, health.IsHealthy), Is.EqualTo(("chat", false)));
        });
    }

    [Test]
    public void Bad_arguments_throw_at_once()
    {
        using var client = new FakeDeployClient();

        Assert.Multiple(() =>
        {
            Assert.That(() => client.PredictStreamAsync("", new ChatRequest("x")), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => client.PredictAsync("chat", (ChatRequest)null!), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => client.Chat(""), Throws.InstanceOf<ArgumentException>());
        });
    }
}
