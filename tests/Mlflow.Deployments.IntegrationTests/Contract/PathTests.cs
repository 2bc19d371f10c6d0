using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class PathTests
{
    [TestCase("chat", "chat")]
    [TestCase("chat.v2_dots-and-dashes", "chat.v2_dots-and-dashes")]
    [TestCase("my chat", "my%20chat")]
    [TestCase("müsli", "m%C3%BCsli")]
    [TestCase("a/b", "a%2Fb")]
    [TestCase("a?b=c", "a%3Fb%3Dc")]
    [TestCase("a#b", "a%23b")]
    [TestCase("100%", "100%25")]
    [TestCase("%41", "%2541")]
    public async Task PredictAsync_escapes_the_name_of_the_endpoint(string name, string escaped, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        using var client = server.Client();

        await client.PredictAsync(name, new ChatRequest("x"), token);

        Assert.That(server.Targets, Is.EqualTo(new[] { $"/gateway/{escaped}/invocations" }));
    }

    [TestCase("my chat", "my%20chat")]
    [TestCase("müsli", "m%C3%BCsli")]
    [TestCase("a/b", "a%2Fb")]
    [TestCase("a?b=c", "a%3Fb%3Dc")]
    public async Task PredictStreamAsync_escapes_the_name_of_the_endpoint(string name, string escaped, CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Stop());
        using var client = server.Client();

        await client.PredictStreamAsync(name, new ChatRequest("x"), token).ToListAsync(token);

        Assert.That(server.Targets, Is.EqualTo(new[] { $"/gateway/{escaped}/invocations" }));
    }

    [TestCase("my chat", "my%20chat")]
    [TestCase("müsli", "m%C3%BCsli")]
    [TestCase("a/b", "a%2Fb")]
    [TestCase("a?b=c", "a%3Fb%3Dc")]
    public async Task GetEndpointAsync_escapes_the_name(string name, string escaped, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Endpoint(name));
        using var client = server.Client();

        await client.GetEndpointAsync(name, token);

        Assert.That(server.Targets, Is.EqualTo(new[] { $"/api/2.0/endpoints/{escaped}" }));
    }

    [TestCase("")]
    [TestCase("/")]
    [TestCase("/proxy/ai")]
    [TestCase("/proxy/ai/")]
    [TestCase("/my%20proxy")]
    public async Task Every_route_stands_behind_the_path_of_the_target(string prefix, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("""{"name":"chat","choices":[]}""");
        using var client = new DeployClient(server.Address + prefix, Options.ForGateway());
        var root = prefix.TrimEnd('/');

        await client.PredictAsync("chat", new ChatRequest("x"), token);
        await client.GetEndpointAsync("chat", token);
        await client.ListEndpointsAsync(token).ToListAsync(token);
        await client.GetHealthAsync(token);

        Assert.That(server.Targets, Is.EqualTo(new[] { $"{root}/gateway/chat/invocations", $"{root}/api/2.0/endpoints/chat", $"{root}/api/2.0/endpoints/", $"{root}/health" }));
    }
}
