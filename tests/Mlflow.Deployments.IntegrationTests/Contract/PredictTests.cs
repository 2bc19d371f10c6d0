using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.IntegrationTests.Fakes;
using Mlflow.Deployments.Testing;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class PredictTests
{
    [Test]
    public async Task PredictAsync_of_chat_sends_exactly_the_request(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(new HttpAnswer(Answers.Chat));
        using var client = gateway.CreateClient();
        var request = new ChatRequest("Grüße") { Temperature = 0.5, MaxTokens = 7, Stop = ["END"], Extra = new Dictionary<string, System.Text.Json.JsonElement> { ["seed"] = Json("4") } };

        await client.PredictAsync("chat", request, token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Requests.Single().Method, Is.EqualTo("POST"));
            Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"messages":[{"role":"user","content":"Grüße"}],"temperature":0.5,"max_tokens":7,"stop":["END"],"seed":4}"""));
            Assert.That(gateway.Requests.Single().Headers.GetValueOrDefault("Content-Type"), Is.EqualTo("application/json"));
            Assert.That(gateway.Requests.Single().Query, Is.Null.Or.Empty);
            Assert.That(gateway.Requests.Single().Headers.GetValueOrDefault("Authorization"), Is.Null);
        });
    }

    [Test]
    public async Task PredictAsync_of_chat_reads_the_whole_answer(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(new HttpAnswer(Answers.Chat));
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("Grüße 👩‍🚀"));
            Assert.That((answer.Id, answer.Object, answer.Created, answer.Model, answer.Provider), Is.EqualTo(("chatcmpl-1", "chat.completion", 1700173217L, "gpt-4o-mini", "openai")));
            Assert.That(answer.Choices.Single().FinishReason, Is.EqualTo(FinishReason.Stop));
            Assert.That(answer.Choices.Single().Message.Role, Is.EqualTo(ChatRole.Assistant));
            Assert.That((answer.Usage!.PromptTokens, answer.Usage.CompletionTokens, answer.Usage.TotalTokens, answer.Usage.PromptTokensDetails!.CachedTokens), Is.EqualTo((5, 2, 7, 3)));
            Assert.That(answer.Extra!["system_fingerprint"].GetString(), Is.EqualTo("fp"));
        });
    }

    [Test]
    public async Task PredictAsync_of_completions_sends_the_prompt_and_reads_the_text(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Completions("davinci").Returns(new HttpAnswer(Answers.Completion));
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("davinci", new CompletionRequest("Hello") { N = 1, MaxTokens = 1 }, token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Requests.Single().Method, Is.EqualTo("POST"));
            Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"prompt":"Hello","max_tokens":1,"n":1}"""));
            Assert.That(answer.Text, Is.EqualTo(" there"));
            Assert.That(answer.Choices.Single().FinishReason, Is.EqualTo(FinishReason.Length));
            Assert.That(answer.Usage!.TotalTokens, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task PredictAsync_of_embeddings_orders_the_vectors_by_index(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Embeddings("ada").Returns(new HttpAnswer(Answers.Embeddings));
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("ada", new EmbeddingRequest(["a", "b"]), token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"input":["a","b"]}"""));
            Assert.That(answer.Data.Select(item => item.Vector.ToArray()), Is.EqualTo(new[] { new[] { 1f, 0.25f }, [0.5f, -2f] }));
            Assert.That((answer.Model, answer.Usage!.PromptTokens), Is.EqualTo(("ada", 8)));
        });
    }

    [Test]
    public async Task PredictAsync_of_token_ids_as_base64_sends_both(CancellationToken token)
    {
        var floats = Convert.ToBase64String([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]);
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Embeddings("ada").Returns(new HttpAnswer($$"""{"object":"list","data":[{"index":0,"embedding":"{{floats}}"}],"model":"ada"}"""));
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("ada", new EmbeddingRequest([1, 2]) { EncodingFormat = EmbeddingEncodingFormat.Base64 }, token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"input":[1,2],"encoding_format":"base64"}"""));
            Assert.That(answer.Data.Single().Vector.ToArray(), Is.EqualTo(new[] { 1f, -2f }));
        });
    }

    [Test]
    public async Task PredictAsync_of_any_json_sends_it_as_it_is(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Json("custom").Returns(new HttpAnswer("""{"predictions":[1,null,"x"]}"""));
        using var client = gateway.CreateClient();
        var inputs = (JsonObject)JsonNode.Parse("""{"dataframe_split":{"columns":["a"],"data":[[1.50],[null]]},"params":null}""")!;

        var answer = await client.PredictAsync("custom", inputs, token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Requests.Single().Body, Is.EqualTo("""{"dataframe_split":{"columns":["a"],"data":[[1.50],[null]]},"params":null}"""));
            Assert.That(answer.ToJsonString(), Is.EqualTo("""{"predictions":[1,null,"x"]}"""));
        });
    }

    [Test]
    public async Task PredictAsync_of_any_json_takes_a_list_as_answer(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Json("custom").Returns(new HttpAnswer("[1,2]"));
        using var client = gateway.CreateClient();

        var answer = await client.PredictAsync("custom", new JsonObject { ["inputs"] = 1 }, token);

        Assert.That(answer.ToJsonString(), Is.EqualTo("[1,2]"));
    }

    [TestCase("", "empty")]
    [TestCase("null", "null")]
    [TestCase("<html><title>Login</title></html>", "not JSON")]
    [TestCase("""{"choices":[{"index":"a"}]}""", "expected form")]
    [TestCase("""{"choices":[""", "not JSON")]
    public async Task PredictAsync_of_an_answer_that_is_none_throws_with_the_body(string body, string words, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(body);
        using var client = server.Client();

        var failure = (await Assert.ThrowsAsync<DeployException>(() => client.PredictAsync("chat", new ChatRequest("x"), token)))!;

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain(words).And.Contain("Endpoint 'chat'").And.Contain(server.Address));
            Assert.That(failure.ResponseBody ?? string.Empty, Is.EqualTo(body));
            Assert.That((int?)failure.StatusCode, Is.EqualTo(200));
            Assert.That(failure.IsTransient, Is.False);
        });
    }

    [Test]
    public async Task PredictAsync_of_an_answer_with_a_byte_order_mark_reads_it(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("\uFEFF" + Answers.Chat);
        using var client = server.Client();

        var answer = await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That(answer.Text, Is.EqualTo("Grüße 👩‍🚀"));
    }

    [Test]
    public async Task PredictAsync_takes_compressed_answers(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await gzip.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Answers.Chat), context.RequestAborted);
        });
        using var client = server.Client();

        var answer = await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That(answer.Id, Is.EqualTo("chatcmpl-1"));
    }

    private static System.Text.Json.JsonElement Json(string text) => System.Text.Json.JsonElement.Parse(text);
}
