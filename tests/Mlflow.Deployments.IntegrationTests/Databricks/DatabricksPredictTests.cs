using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Databricks;

[CancelAfter(10_000)]
public class DatabricksPredictTests
{
    [Test]
    public async Task Chat_goes_to_the_invocations_of_the_endpoint(CancellationToken token)
    {
        var body = string.Empty;
        await using var workspace = await Workspace.StartAsync(async context =>
        {
            body = await context.ReadBodyAsync();
            await context.AnswerAsync(Answers.Chat);
        });
        using var client = workspace.TokenClient();

        var answer = await client.PredictAsync("my chat", new ChatRequest("Hi"), token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("Grüße 👩‍🚀"));
            Assert.That(workspace.Requests, Is.EqualTo(new[] { "POST /serving-endpoints/my%20chat/invocations Bearer dapi-1" }));
            Assert.That(body, Is.EqualTo("""{"messages":[{"role":"user","content":"Hi"}]}"""));
        });
    }

    [Test]
    public async Task Embeddings_come_in_order(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync(Answers.Embeddings);
        using var client = workspace.TokenClient();

        var vectors = await client.EmbedAsync("e", ["a", "b"], cancellationToken: token);

        Assert.That(vectors.Select(vector => vector.ToArray()), Is.EqualTo(new[] { new float[] { 1, 0.25f }, [0.5f, -2] }));
    }

    [Test]
    public async Task Model_servers_other_shapes_pass_untyped(CancellationToken token)
    {
        var body = string.Empty;
        await using var workspace = await Workspace.StartAsync(async context =>
        {
            body = await context.ReadBodyAsync();
            await context.AnswerAsync("""{"predictions":[1,2]}""");
        });
        using var client = workspace.TokenClient();

        var answer = await client.PredictAsync("rf", JsonNode.Parse("""{"dataframe_split":{"columns":["a"],"data":[[1],[2]]}}""")!.AsObject(), token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.ToJsonString(), Is.EqualTo("""{"predictions":[1,2]}"""));
            Assert.That(body, Is.EqualTo("""{"dataframe_split":{"columns":["a"],"data":[[1],[2]]}}"""));
        });
    }

    [Test]
    public async Task Stream_is_handed_out_to_its_end(CancellationToken token)
    {
        await using var workspace = await Workspace.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("Hel") + Sse.Text("lo") + Sse.Stop() + Sse.Done);
        });
        using var client = workspace.TokenClient();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("Hi"), token).ToChatResponseAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("Hello"));
            Assert.That(workspace.Requests, Is.EqualTo(new[] { "POST /serving-endpoints/chat/invocations Bearer dapi-1" }));
        });
    }

    [Test]
    public async Task Error_has_the_servers_code_words_and_request_id(CancellationToken token)
    {
        await using var workspace = await Workspace.StartAsync(context =>
        {
            context.Response.Headers["x-databricks-request-id"] = "req-1";
            return context.AnswerAsync("""{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"The given endpoint does not exist"}""", status: 404);
        });
        using var client = workspace.TokenClient();

        var failure = await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.PredictAsync("x", new ChatRequest("Hi"), token));

        Assert.That((failure!.ErrorCode, failure.RequestId, failure.Endpoint), Is.EqualTo(("RESOURCE_DOES_NOT_EXIST", "req-1", "x")));
        Assert.That(failure.Message, Does.Contain("The given endpoint does not exist"));
    }

    [Test]
    public async Task Dialect_of_the_options_is_enough_for_any_address(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        using var client = new DeployClient(workspace.Address + "/proxy", new() { Dialect = DeployDialect.Databricks, Token = "t" });

        await client.PredictAsync("chat", new ChatRequest("Hi"), token);

        Assert.That(workspace.Requests, Is.EqualTo(new[] { "POST /proxy/serving-endpoints/chat/invocations Bearer t" }));
    }
}
