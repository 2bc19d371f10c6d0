using System.ClientModel;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Providers.Embedded;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Mlflow.Deployments.Gateway.Tests.Embedded;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EmbeddedProviderTests
{
    [Test]
    public async Task Chat_of_the_built_in_configuration_answers_in_the_documented_shape()
    {
        await using TestGateway gateway = await TestGateway.StartBuiltInAsync();

        JsonNode answer = await AskAsync(gateway, "/gateway/chat/invocations", """{"messages":[{"role":"user","content":"Hello"}]}""");

        Assert.Multiple(() =>
        {
            Assert.That((string?)answer["provider"], Is.EqualTo("embedded"));
            Assert.That((string?)answer["model"], Is.EqualTo("dev"));
            Assert.That((string?)answer["choices"]![0]!["message"]!["content"], Does.EndWith("You wrote: Hello"));
            Assert.That(answer["choices"]![0]!["message"]!.AsObject().ContainsKey("tool_calls"));
            Assert.That((string?)answer["dev"]!["rule"], Is.EqualTo("echo"));
        });
    }

    [TestCase("/gateway/chat/invocations", """{"messages":[{"role":"user","content":"Hello"}],"stream":true}""")]
    [TestCase("/gateway/completions/invocations", """{"prompt":"Hello","stream":true}""")]
    public async Task Stream_carries_usage_and_ends(string path, string body)
    {
        await using TestGateway gateway = await TestGateway.StartBuiltInAsync();

        using HttpResponseMessage response = await gateway.PostAsync(path, body);
        string text = await response.Content.ReadAsStringAsync();

        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
        Assert.That(text, Does.Contain("\"finish_reason\":\"stop\"").And.Contain("\"prompt_tokens\":").And.EndWith("data: [DONE]\n\n"));
    }

    [TestCase("""{"input":""}""", HttpStatusCode.BadRequest, "text 0")]
    [TestCase("""{"input":["a"," \n"]}""", HttpStatusCode.BadRequest, "text 1")]
    [TestCase("""{"input":[1,2]}""", HttpStatusCode.UnprocessableEntity, "token numbers")]
    [TestCase("""{"input":[[1],[2]]}""", HttpStatusCode.UnprocessableEntity, "token numbers")]
    [TestCase("""{"input":"a","dimensions":3}""", HttpStatusCode.UnprocessableEntity, "dimensions")]
    [TestCase("""{"input":"a","encoding_format":"hex"}""", HttpStatusCode.UnprocessableEntity, "encoding_format")]
    public async Task Embeddings_that_cannot_be_made_are_refused(string body, HttpStatusCode status, string words)
    {
        await using TestGateway gateway = await TestGateway.StartBuiltInAsync();

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/embeddings/invocations", body);

        Assert.That(response.StatusCode, Is.EqualTo(status));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(words));
    }

    [Test]
    public async Task Embeddings_as_floats_and_as_base64_are_the_same()
    {
        await using TestGateway gateway = await TestGateway.StartBuiltInAsync();

        JsonNode floats = await AskAsync(gateway, "/gateway/embeddings/invocations", """{"input":["How old are you?","Hi"]}""");
        JsonNode base64 = await AskAsync(gateway, "/gateway/embeddings/invocations", """{"input":"How old are you?","encoding_format":"base64"}""");

        float[] first = [.. floats["data"]![0]!["embedding"]!.AsArray().Select(x => (float)x!)];
        float[] second = [.. Convert.FromBase64String((string)base64["data"]![0]!["embedding"]!).Chunk(4).Select(x => BitConverter.ToSingle(x))];
        Assert.Multiple(() =>
        {
            Assert.That(first, Has.Length.EqualTo(SentenceEncoder.Dimension));
            Assert.That(second, Is.EqualTo(first));
            Assert.That(floats["data"]!.AsArray(), Has.Count.EqualTo(2));
            Assert.That((int)base64["usage"]!["prompt_tokens"]!, Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task Embeddings_of_a_text_that_is_too_long_count_what_was_read()
    {
        await using TestGateway gateway = await TestGateway.StartBuiltInAsync();
        string text = string.Concat(Enumerable.Repeat("the cat sat on the mat ", 450_000));

        JsonNode answer = await AskAsync(gateway, "/gateway/embeddings/invocations", $$"""{"input":["{{text}}","the"]}""");

        Assert.That((int)answer["usage"]!["prompt_tokens"]!, Is.EqualTo(SentenceEncoder.MaxTokens + 1));
    }

    [Test]
    public async Task Settings_of_the_endpoint_are_used()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("""
            endpoints:
              - name: chat
                endpoint_type: llm/v1/chat
                model:
                  provider: embedded
                  name: dev
                  config: { replies: [{ match: refund, reply: Within 14 days. }], error_rate: 0.5, error_status: 429, error_message: "busy" }
            """);
        const string Body = """{"messages":[{"role":"user","content":"A refund, please"}]}""";

        JsonNode answer = await AskAsync(gateway, "/gateway/chat/invocations", Body);
        using HttpResponseMessage failure = await gateway.PostAsync("/gateway/chat/invocations", Body);

        Assert.That((string?)answer["choices"]![0]!["message"]!["content"], Is.EqualTo("Within 14 days."));
        Assert.That(failure.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(await failure.Content.ReadAsStringAsync(), Is.EqualTo("""{"detail":"busy"}"""));
    }

    [TestCase("llm/v1/embeddings", "{ provider: embedded, name: dev }", "use-lite-en")]
    [TestCase("llm/v1/chat", "{ provider: embedded, name: use-lite-en }", "write dev")]
    [TestCase("llm/v1/chat", "{ provider: embedded }", "write dev")]
    [TestCase("llm/v1/chat", "{ provider: embedded, name: dev, config: { eror_rate: 1 } }", "config.eror_rate is not known")]
    public void Settings_that_are_wrong_are_refused(string type, string model, string words) => Assert.That(
        () => TestGateway.StartAsync($"endpoints: [{{ name: a, endpoint_type: {type}, model: {model} }}]"),
        Throws.TypeOf<GatewayConfigurationException>().With.Message.Contain(words).And.Message.Contain("endpoint 'a'"));

    [Test]
    [CancelAfter(10_000)]
    public async Task Openai_client_streams_chats_and_embeds(CancellationToken cancellationToken)
    {
        await using TestGateway gateway = await TestGateway.StartBuiltInAsync();
        var client = new OpenAIClient(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(gateway.Address, "/v1") });
        var text = new StringBuilder();

        await foreach (StreamingChatCompletionUpdate update in client.GetChatClient("chat")
            .CompleteChatStreamingAsync([new UserChatMessage("Hello")], cancellationToken: cancellationToken))
        {
            text.AppendJoin("", update.ContentUpdate.Select(x => x.Text));
        }

        ClientResult<OpenAIEmbedding> embedding =
            await client.GetEmbeddingClient("embeddings").GenerateEmbeddingAsync("Hello", cancellationToken: cancellationToken);

        Assert.That(text.ToString(), Does.EndWith("You wrote: Hello"));
        Assert.That(embedding.Value.ToFloats().Length, Is.EqualTo(SentenceEncoder.Dimension));
    }

    private static async Task<JsonNode> AskAsync(TestGateway gateway, string path, string body)
    {
        using HttpResponseMessage response = await gateway.PostAsync(path, body);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }
}
