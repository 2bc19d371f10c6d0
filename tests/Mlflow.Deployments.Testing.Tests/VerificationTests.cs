using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Testing.Tests;

[CancelAfter(20_000)]
public class VerificationTests
{
    [Test]
    public async Task Requests_are_typed_and_their_secrets_masked(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat");
        using var client = gateway.CreateClient(new() { Token = "s3cret", DefaultHeaders = { ["x-team"] = "blue", ["api-key"] = "s3cret" } });

        await client.PredictAsync("chat", new ChatRequest("Hi") { Temperature = 0.5 }, token);

        var request = gateway.Received("chat", 1).Single();
        Assert.Multiple(() =>
        {
            Assert.That((request.Method, request.Path, request.Endpoint, request.Type, request.IsStreamed), Is.EqualTo(("POST", "/gateway/chat/invocations", "chat", (EndpointType?)EndpointType.Chat, false)));
            Assert.That((request.Chat!.Messages[0].Content, request.Chat.Temperature), Is.EqualTo(("Hi", (double?)0.5)));
            Assert.That(request.Body, Is.EqualTo("""{"messages":[{"role":"user","content":"Hi"}],"temperature":0.5}"""));
            Assert.That((request.Headers["authorization"], request.Headers["API-KEY"], request.Headers["x-team"]), Is.EqualTo(("Bearer ***", "***", "blue")));
            Assert.That((request.Completion, request.Embedding), Is.EqualTo(((Completions.CompletionRequest?)null, (EmbeddingRequest?)null)));
        });
    }

    [Test]
    public async Task Received_that_fails_lists_what_came(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat");
        using var client = gateway.CreateClient(new() { Token = "s3cret" });
        await client.PredictStreamAsync("chat", new ChatRequest("Hi there"), token).ToListAsync(token);

        var failure = Assert.Throws<FakeVerificationException>(() => gateway.Received("embeddings", 2));
        var never = Assert.Throws<FakeVerificationException>(() => gateway.Received("chat", where: request => !request.IsStreamed));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.StartWith("Expected 2 requests to 'embeddings', but 0 came. Received:"));
            Assert.That(failure!.Message, Does.Contain("1. POST /gateway/chat/invocations (streamed)").And.Contain("Hi there").And.Not.Contain("s3cret"));
            Assert.That(never!.Message, Does.StartWith("Expected at least 1 request to 'chat' that meet the condition, but 0 came."));
            Assert.That(() => gateway.Received("chat", 0), Throws.TypeOf<FakeVerificationException>());
            Assert.That(gateway.Received("embeddings", 0), Is.Empty);
        });
    }

    [Test]
    public async Task Unexpected_requests_get_404_and_are_listed_with_the_reason(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").WhenUserSays("weather");
        using var client = gateway.CreateClient();

        var unknown = await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.PredictAsync("chta", new ChatRequest("x"), token));
        await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));
        await client.GetHealthAsync(token);

        var failure = Assert.Throws<FakeVerificationException>(gateway.VerifyNoUnexpectedRequests);
        Assert.Multiple(() =>
        {
            Assert.That(unknown!.ResponseBody, Is.EqualTo("""{"detail":"The endpoint 'chta' is not present or active on the server. Please verify the endpoint name."}"""));
            Assert.That(gateway.UnexpectedRequests.Select(request => request.Endpoint), Is.EqualTo(new[] { "chta", "chat" }));
            Assert.That(failure!.Message, Does.Contain("there is no stub for 'chta'; there are 'chat'").And.Contain("no condition holds"));
        });
    }

    [Test]
    public async Task A_condition_that_throws_is_told(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").When(request => request.Tools!.Count > 0);
        using var client = gateway.CreateClient();

        await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.That(gateway.VerifyNoUnexpectedRequests, Throws.TypeOf<FakeVerificationException>().With.Message.Contains("a condition of 'chat' threw NullReferenceException"));
    }

    [Test]
    public async Task VerifyNoUnexpectedRequests_without_any_is_content(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat");
        using var client = gateway.CreateClient();

        await client.PredictAsync("chat", new ChatRequest("x"), token);
        await client.ListEndpointsAsync(token).ToListAsync(token);

        Assert.That(gateway.VerifyNoUnexpectedRequests, Throws.Nothing);
    }
}
