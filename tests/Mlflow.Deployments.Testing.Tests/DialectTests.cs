using System.ClientModel;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;
using OpenAI;

namespace Mlflow.Deployments.Testing.Tests;

[CancelAfter(30_000)]
public class DialectTests
{
    [Test]
    public async Task CreateClient_speaks_the_dialect_of_the_fake([Values(DeployDialect.MlflowGateway, DeployDialect.MlflowServer, DeployDialect.OpenAI)] DeployDialect dialect, CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(new() { Dialect = dialect }, token);
        gateway.Chat("chat").Returns("Hi");
        gateway.Embeddings("embeddings").Returns(new EmbeddingAnswer { Dimension = 2 });
        using var client = gateway.CreateClient();

        var chat = await client.PredictAsync("chat", new ChatRequest("x"), token);
        var streamed = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);
        var embedding = await client.PredictAsync("embeddings", new EmbeddingRequest("x"), token);
        var endpoints = await client.ListEndpointsAsync(token).ToListAsync(token);
        var endpoint = await client.GetEndpointAsync("chat", token);
        await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.GetEndpointAsync("nope", token));

        Assert.Multiple(() =>
        {
            Assert.That((chat.Text, streamed.Text, embedding.Data.Single().Vector.Length), Is.EqualTo(("Hi", "Hi", 2)));
            Assert.That((endpoints.Select(item => item.Name), endpoint.Name), Is.EqualTo((new[] { "chat", "embeddings" }, "chat")));
            Assert.That(gateway.Requests.Select(request => request.Path), Has.None.EqualTo("/version"), "no request but those of the test");
        });
    }

    [Test]
    public async Task A_client_that_finds_out_the_dialect_finds_the_right_one([Values(DeployDialect.MlflowGateway, DeployDialect.MlflowServer)] DeployDialect dialect, CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(new() { Dialect = dialect }, token);
        gateway.Chat("chat");
        using var client = new DeployClient(gateway.Target);

        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That(gateway.Received("chat", 1)[0].Path, Is.EqualTo(dialect == DeployDialect.MlflowServer ? "/gateway/chat/mlflow/invocations" : "/gateway/chat/invocations"));
    }

    [Test]
    public async Task The_client_of_OpenAI_is_served_under_v1(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns("Hi there you");
        gateway.Embeddings("embeddings").Returns(new EmbeddingAnswer { Dimension = 3 });
        var options = new OpenAIClientOptions { Endpoint = new(gateway.Address, "v1") };
        var openai = new OpenAIClient(new ApiKeyCredential("k"), options);

        var answer = await openai.GetChatClient("chat").CompleteChatAsync([new OpenAI.Chat.UserChatMessage("x")], cancellationToken: token);
        var pieces = new List<string>();
        await foreach (var update in openai.GetChatClient("chat").CompleteChatStreamingAsync([new OpenAI.Chat.UserChatMessage("x")], cancellationToken: token))
        {
            pieces.AddRange(update.ContentUpdate.Select(part => part.Text));
        }

        var embedding = await openai.GetEmbeddingClient("embeddings").GenerateEmbeddingAsync("x", cancellationToken: token);

        Assert.Multiple(() =>
        {
            Assert.That((answer.Value.Content[0].Text, string.Concat(pieces)), Is.EqualTo(("Hi there you", "Hi there you")));
            Assert.That(embedding.Value.ToFloats().ToArray(), Is.EqualTo(FakeVectors.Of("x", 3).ToArray()));
        });
    }

    [Test]
    public void StartAsync_for_a_dialect_that_is_not_spoken_says_which_are() =>
        Assert.That(async () => await FakeGateway.StartAsync(new() { Dialect = DeployDialect.Databricks }), Throws.ArgumentException.With.Message.Contains("MlflowServer and OpenAI"));
}
