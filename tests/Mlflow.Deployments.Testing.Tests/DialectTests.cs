using System.ClientModel;
using System.Net;
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
    public async Task IsHealthy_false_is_what_the_client_finds([Values(DeployDialect.MlflowGateway, DeployDialect.MlflowServer, DeployDialect.OpenAI)] DeployDialect dialect, CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(new() { Dialect = dialect }, token);
        using var client = gateway.CreateClient(new() { MaxRetries = 0 });

        var before = await client.GetHealthAsync(token);
        gateway.IsHealthy = false;
        var after = await client.GetHealthAsync(token);

        Assert.That((before.IsHealthy, after.IsHealthy, after.StatusCode), Is.EqualTo((true, false, HttpStatusCode.ServiceUnavailable)));
    }

    [Test]
    public async Task Errors_have_the_form_of_the_dialect(CancellationToken token)
    {
        await using var openai = await FakeGateway.StartAsync(new() { Dialect = DeployDialect.OpenAI }, token);
        await using var mlflow = await FakeGateway.StartAsync(cancellationToken: token);
        openai.Chat("chat").Fails(503, "Too busy").RateLimits(TimeSpan.FromSeconds(3));
        mlflow.Chat("chat").Fails(503, "Too busy").RateLimits();

        var errors = new[]
        {
            await AskAsync(openai, "chat", token), await AskAsync(openai, "chat", token), await AskAsync(openai, "nope", token),
            await AskAsync(mlflow, "chat", token), await AskAsync(mlflow, "chat", token),
        };

        Assert.That(errors, Is.EqualTo(new[]
        {
            """503 {"error":{"message":"Too busy","type":"server_error","param":null,"code":null}}""",
            """429 {"error":{"message":"Rate limit exceeded: 1 per 1 minute","type":"requests","param":null,"code":"rate_limit_exceeded"}}""",
            """404 {"error":{"message":"The model 'nope' does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}""",
            """503 {"detail":"Too busy"}""",
            """429 {"error":"Rate limit exceeded: 1 per 1 minute"}""",
        }));
    }

    [Test]
    public async Task The_clients_read_the_errors_of_OpenAI(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(new() { Dialect = DeployDialect.OpenAI }, token);
        gateway.Chat("chat").RateLimits(TimeSpan.FromSeconds(3));
        using var client = gateway.CreateClient(new() { MaxRetries = 0 });
        var openai = new OpenAIClient(new ApiKeyCredential("k"), new OpenAIClientOptions { Endpoint = new(gateway.Target) });

        var limited = await Assert.ThrowsAsync<DeployRateLimitException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));
        var missing = await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.PredictAsync("nope", new ChatRequest("x"), token));
        var theirs = await Assert.ThrowsAsync<ClientResultException>(() => openai.GetChatClient("nope").CompleteChatAsync([new OpenAI.Chat.UserChatMessage("x")], cancellationToken: token));

        Assert.Multiple(() =>
        {
            Assert.That((limited!.ErrorCode, limited.RetryAfter), Is.EqualTo(("rate_limit_exceeded", (TimeSpan?)TimeSpan.FromSeconds(3))));
            Assert.That(missing!.ErrorCode, Is.EqualTo("model_not_found"));
            Assert.That(theirs!.Status, Is.EqualTo(404));
            Assert.That(theirs.Message, Does.Contain("The model 'nope' does not exist").And.Contain("model_not_found"));
        });
    }

    [Test]
    public void StartAsync_for_a_dialect_that_is_not_spoken_says_which_are() =>
        Assert.That(async () => await FakeGateway.StartAsync(new() { Dialect = DeployDialect.Databricks }), Throws.ArgumentException.With.Message.Contains("MlflowServer and OpenAI"));

    private static async Task<string> AskAsync(FakeGateway gateway, string endpoint, CancellationToken token)
    {
        using var http = new HttpClient();
        using var content = new StringContent($$"""{"model":"{{endpoint}}","messages":[{"role":"user","content":"x"}]}""");
        using var answer = await http.PostAsync(new Uri(gateway.Address, "v1/chat/completions"), content, token);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(token)}";
    }
}
