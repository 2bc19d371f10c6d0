using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Gemini;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GeminiRequestTests
{
    private const string Config = "gemini_api_key: k, gemini_api_base: 'http://h/v/'";
    private const string Call1 = """{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}""";
    private const string Call2 = """{"id":"c2","type":"function","function":{"name":"g"}}""";

    [TestCase("""{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}""", """{"inlineData":{"mimeType":"image/png","data":"AAAA"}}""")]
    [TestCase("""{"type":"image_url","image_url":{"url":"https://h/a.png?x=1"}}""", """{"fileData":{"mimeType":"image/png","fileUri":"https://h/a.png?x=1"}}""")]
    [TestCase("""{"type":"image_url","image_url":{"url":"gs://b/o"}}""", """{"fileData":{"fileUri":"gs://b/o"}}""")]
    [TestCase("""{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}""", """{"inlineData":{"mimeType":"audio/wav","data":"AAAA"}}""")]
    [TestCase("""{"type":"text","text":"é"}""", """{"text":"é"}""")]
    public async Task Part_of_a_message_is_kept(string part, string expected)
    {
        JsonNode sent = await SendAsync($$"""{"messages":[{"role":"user","content":[{"type":"text","text":"Look"},{{part}}]}]}""");

        Assert.That(sent["contents"], new SameJson($$"""[{"role":"user","parts":[{"text":"Look"},{{expected}}]}]"""));
    }

    [Test]
    public async Task Results_of_parallel_calls_stand_in_one_turn()
    {
        JsonNode sent = await SendAsync($$"""
            {"messages":[{"role":"assistant","content":"Two","tool_calls":[{{Call1}},{{Call2}}]},
            {"role":"tool","tool_call_id":"c1","content":"{\"t\":1}"},{"role":"tool","tool_call_id":"c2","content":"rain"},
            {"role":"user","content":"x"}]}
            """);

        Assert.That(sent["contents"], new SameJson("""
            [{"role":"model","parts":[{"text":"Two"},{"functionCall":{"id":"c1","name":"f","args":{"a":1}}},{"functionCall":{"id":"c2","name":"g","args":{}}}]},
            {"role":"user","parts":[{"functionResponse":{"id":"c1","name":"f","response":{"t":1}}},
            {"functionResponse":{"id":"c2","name":"g","response":{"result":"rain"}}}]},
            {"role":"user","parts":[{"text":"x"}]}]
            """));
    }

    [TestCase("31.2", """{"result":31.2}""")]
    [TestCase("[1]", """{"result":[1]}""")]
    [TestCase("{oops", """{"result":"{oops"}""")]
    [TestCase("", """{"result":""}""")]
    public async Task Result_that_is_no_object_is_wrapped(string content, string expected)
    {
        JsonNode sent = await SendAsync($$"""{"messages":[{"role":"assistant","tool_calls":[{{Call1}}]},{"role":"tool","tool_call_id":"c1","content":"{{content}}"}]}""");

        Assert.That(sent["contents"]![1]!["parts"]![0]!["functionResponse"]!["response"], new SameJson(expected));
    }

    [Test]
    public async Task Result_of_an_unknown_call_is_refused()
    {
        using ProviderStage stage = Stage(Operation.Chat);

        var failure = await stage.RefuseAsync("""{"messages":[{"role":"tool","tool_call_id":"c9","content":"x"}]}""");

        Assert.That(failure.Status, Is.EqualTo(422));
        Assert.That(failure.Message, Does.Contain("'c9'").And.Contain("tool_calls"));
    }

    [Test]
    public async Task Signature_of_a_call_goes_back()
    {
        JsonNode sent = await SendAsync("""
            {"messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"},
            "extra_content":{"google":{"thought_signature":"sig"}}}]}]}
            """);

        Assert.That((string?)sent["contents"]![1]!["parts"]![0]!["thoughtSignature"], Is.EqualTo("sig"));
    }

    [Test]
    public async Task Schema_of_a_tool_stays_whole()
    {
        const string Schema = """{"type":"object","properties":{"a":{"type":"object","properties":{"b":{"anyOf":[{"type":"null"}]}}}}}""";

        JsonNode sent = await SendAsync($$$"""{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{{{Schema}}}}}]}""");

        Assert.That(sent["tools"]![0]!["functionDeclarations"]![0]!["parametersJsonSchema"], new SameJson(Schema));
    }

    [TestCase("""{"prompt":"p","system_prompt":"s","max_completion_tokens":7,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}}""",
        """
        {"contents":[{"role":"user","parts":[{"text":"p"}]}],"system_instruction":{"parts":[{"text":"s"}]},
        "generationConfig":{"candidateCount":1,"maxOutputTokens":7,"responseJsonSchema":{"type":"object"},"responseMimeType":"application/json"}}
        """)]
    [TestCase("""{"prompt":"p","max_tokens":1,"max_completion_tokens":7,"seed":3}""",
        """{"contents":[{"role":"user","parts":[{"text":"p"}]}],"generationConfig":{"candidateCount":1,"maxOutputTokens":1}}""")]
    public async Task Completion_becomes_a_chat(string body, string expected)
    {
        using ProviderStage stage = Stage(Operation.Completions);

        await stage.AskAsync(body);

        Assert.That(stage.SentJson, new SameJson(expected));
    }

    [TestCase("\"a\"", "http://h/v/m:embedContent", """{"content":{"parts":[{"text":"a"}]}}""")]
    [TestCase("[\"a\"]", "http://h/v/m:embedContent", """{"content":{"parts":[{"text":"a"}]}}""")]
    [TestCase("[]", "http://h/v/m:batchEmbedContents", """{"requests":[]}""")]
    public async Task Texts_are_embedded_alone_or_in_a_batch(string input, string address, string expected)
    {
        using ProviderStage stage = new("gemini", Config, Operation.Embeddings, ProviderStage.Json("""{"embeddings":[]}"""));

        await stage.AskAsync($$"""{"input":{{input}},"dimensions":5}""");

        Assert.That(stage.Sent[0].Address, Is.EqualTo(new Uri(address)));
        Assert.That(stage.SentJson, new SameJson(expected));
    }

    [TestCase("[1,2]")]
    [TestCase("[[1],[2]]")]
    public async Task Token_numbers_are_refused(string input)
    {
        using ProviderStage stage = Stage(Operation.Embeddings);

        Assert.That((await stage.RefuseAsync($$"""{"input":{{input}}}""")).Message, Does.Contain("'input'"));
    }

    [TestCase("candidateCount", "n")]
    [TestCase("topP", "top_p")]
    [TestCase("frequencyPenalty", "frequency_penalty")]
    [TestCase("presencePenalty", "presence_penalty")]
    public async Task Own_name_of_a_parameter_is_refused(string ownName, string name)
    {
        using ProviderStage stage = Stage(Operation.Completions);

        Assert.That((await stage.RefuseAsync($$"""{"prompt":"p","{{ownName}}":1}""")).Message, Is.EqualTo($"Invalid parameter {ownName}. Use {name} instead."));
    }

    private static ProviderStage Stage(Operation operation) => new("gemini", Config, operation, ProviderStage.Json("""{"candidates":[]}"""));

    private static async Task<JsonNode> SendAsync(string body)
    {
        using ProviderStage stage = Stage(Operation.Chat);
        await stage.AskAsync(body);
        return stage.SentJson;
    }
}
