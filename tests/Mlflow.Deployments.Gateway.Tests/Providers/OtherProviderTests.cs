using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

/// <summary>What the recorded exchanges do not show of providers that need few words.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OtherProviderTests
{
    private const string User = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    [TestCase("anthropic")]
    [TestCase("cohere")]
    [TestCase("gemini")]
    [TestCase("mistral")]
    [TestCase("palm")]
    [TestCase("togetherai")]
    public void Key_that_is_missing_is_told_at_the_start(string provider)
    {
        var failure = Assert.Throws<GatewayConfigurationException>(() => ProviderStage.Read(provider, "unknown: 1", Operation.Chat))!;

        Assert.That(failure.Message, Does.Contain("endpoint 'e'").And.Contain($"model.config.{provider}_api_key: is missing"));
    }

    [TestCase("anthropic")]
    [TestCase("cohere")]
    [TestCase("gemini")]
    [TestCase("mistral")]
    [TestCase("palm")]
    [TestCase("togetherai")]
    public void Model_that_is_missing_is_told_at_the_start(string provider)
    {
        string yaml = $"endpoints: [{{ name: e, endpoint_type: llm/v1/chat, model: {{ provider: {provider}, config: {{ {provider}_api_key: k }} }} }}]";

        var failure = Assert.Throws<GatewayConfigurationException>(() => ConfigurationReader.Read(yaml, "test", new ConfigurationSources()))!;

        Assert.That(failure.Message, Does.Contain("endpoint 'e'").And.Contain("model.name"));
    }

    [TestCase("mistral", "prompt", """{"prompt":"p","messages":[1],"stop":["s"],"n":1,"seed":3}""", """{"model":"m","messages":[{"role":"user","content":"p"}],"seed":3}""")]
    [TestCase("cohere", "prompt", """{"prompt":"p","temperature":0,"k":3}""", """{"model":"m","num_generations":1,"temperature":0,"prompt":"p","k":3}""")]
    [TestCase("togetherai", "prompt", """{"prompt":"p","max_tokens":1,"top_logprobs":2}""", """{"model":"m","logprobs":2,"prompt":"p","max_tokens":1,"n":1}""")]
    [TestCase("palm", "messages",
        """{"messages":[{"role":"user","content":"x"}],"examples":[1],"context":"c","stop":["s"],"top_p":0.5}""",
        """{"stopSequences":["s"],"candidateCount":1,"prompt":{"messages":[{"content":"x","author":"user"}],"examples":[1],"context":"c"},"top_p":0.5}""")]
    public async Task Request_is_written_anew(string provider, string kind, string body, string expected)
    {
        Operation operation = kind == "prompt" ? Operation.Completions : Operation.Chat;
        using var stage = new ProviderStage(
            provider, $"{provider}_api_key: k", operation, ProviderStage.Json("""{"choices":[],"candidates":[],"generations":[]}"""));

        await stage.AskAsync(body);

        Assert.That(stage.SentJson, new SameJson(expected));
    }

    [TestCase("cohere", "prompt", """{"prompt":"p","num_generations":1}""", 400, "num_generations")]
    [TestCase("palm", "messages", $"{{{User},\"candidateCount\":1}}", 422, "Use n instead")]
    [TestCase("palm", "messages", $"{{{User},\"stopSequences\":[]}}", 422, "Use stop instead")]
    [TestCase("palm", "messages", $"{{{User},\"maxOutputTokens\":1}}", 422, "Max tokens")]
    [TestCase("palm", "prompt", """{"prompt":"p","maxOutputTokens":1}""", 422, "Use max_tokens instead")]
    [TestCase("togetherai", "messages", $"{{{User},\"logprobs\":true}}", 422, "logprobs")]
    [TestCase("togetherai", "messages", $"{{{User},\"top_logprobs\":1.5}}", 422, "top_logprobs")]
    [TestCase("palm", "messages", $"{{{User},\"stream\":true}}", 501, "PaLM")]
    [TestCase("mistral", "prompt", """{"prompt":"p","stream":true}""", 501, "Mistral")]
    public async Task Request_is_refused(string provider, string kind, string body, int status, string words)
    {
        Operation operation = kind == "prompt" ? Operation.Completions : Operation.Chat;
        using var stage = new ProviderStage(provider, $"{provider}_api_key: k", operation, ProviderStage.Json("{}"));

        var failure = await stage.RefuseAsync(body);

        Assert.That(failure.Status, Is.EqualTo(status));
        Assert.That(failure.Message, Does.Contain(words));
        Assert.That(stage.Sent, Is.Empty);
    }

    [TestCase("cohere", """{"generation_id":"g"}""", "'text' is missing")]
    [TestCase("cohere", """{"text":5}""", "'text' is not a text")]
    [TestCase("palm", "{}", "'candidates' is missing")]
    [TestCase("anthropic", """{"id":"i"}""", "'content' is missing")]
    [TestCase("anthropic", """{"content":[],"usage":{"input_tokens":1e30}}""", "'input_tokens' is not a whole number")]
    [TestCase("anthropic", "[]", "not a JSON object")]
    [TestCase("anthropic", """{"content":[]} x""", "not JSON")]
    [TestCase("anthropic", """{"content":[{"type":"text","text":"\uD800"}]}""", "not JSON")]
    [TestCase("gemini", """{"error":{"message":"quota"}}""", "quota")]
    public async Task Answer_that_cannot_be_read_is_a_bad_gateway(string provider, string answer, string words)
    {
        using var stage = new ProviderStage(provider, $"{provider}_api_key: k", Operation.Chat, ProviderStage.Json(answer));

        var failure = await stage.RefuseAsync($"{{{User}}}");

        Assert.That(failure.Status, Is.EqualTo(502));
        Assert.That(failure.Message, Does.Contain("'e'").And.Contain(words));
    }

    [TestCase("anthropic")]
    [TestCase("cohere")]
    [TestCase("gemini")]
    public async Task Text_that_is_none_is_refused(string provider)
    {
        using var stage = new ProviderStage(provider, $"{provider}_api_key: k", Operation.Chat, ProviderStage.Json("{}"));

        var failure = await stage.RefuseAsync("""{"messages":[{"role":"user","content":"\uD800"}]}""");

        Assert.That(failure.Status, Is.EqualTo(422));
    }

    [Test]
    public async Task TogetherAI_reads_the_text_of_a_chunk_where_it_stands()
    {
        using var stage = new ProviderStage("togetherai", "togetherai_api_key: k", Operation.Chat, ProviderStage.Events(
            """{"id":"i","created":1,"choices":[{"index":0,"delta":{"content":"a"}}]}""",
            """{"id":"i","created":1,"choices":[{"index":0,"text":"b","delta":{"content":"b"},"finish_reason":"stop"}]}"""));

        List<JsonNode> chunks = await stage.StreamAsync($"{{{User}}}");

        Assert.That(chunks.Select(x => (string?)x["choices"]![0]!["delta"]!["content"]), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Cohere_stream_ends_with_its_last_line()
    {
        using ProviderStage stage = Cohere("{\"text\":\"a\"}\n{\"text\":\"b\",\"is_finished\":true}");

        Assert.That(await stage.StreamAsync($"{{{User}}}"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Cohere_stream_without_its_last_line_was_broken_off()
    {
        using ProviderStage stage = Cohere("{\"text\":\"a\"}\n");

        Assert.That((await stage.RefuseAsync($"{{{User},\"stream\":true}}")).Kind, Is.EqualTo(FailureKind.UpstreamBrokenOff));
    }

    private static ProviderStage Cohere(string lines) => new("cohere", "cohere_api_key: k", Operation.Chat, (_, _) =>
        new HttpResponseMessage { Content = new StringContent(lines, Encoding.UTF8, "application/stream+json") });
}
