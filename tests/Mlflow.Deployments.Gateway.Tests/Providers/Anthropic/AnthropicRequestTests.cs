using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Anthropic;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AnthropicRequestTests
{
    private const string Config = "anthropic_api_key: k";
    private const string Answer = """{"id":"i","model":"m","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn"}""";
    private const string Hello = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    [TestCase(
        """{"type":"image_url","image_url":{"url":"https://h/a.png","detail":"low"}}""",
        """{"type":"image","source":{"type":"url","url":"https://h/a.png"}}""")]
    [TestCase(
        """{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"},"cache_control":{"type":"ephemeral"}}""",
        """{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"},"cache_control":{"type":"ephemeral"}}""")]
    [TestCase(
        """{"type":"text","text":"é 🌍","cache_control":{"type":"ephemeral"}}""",
        """{"type":"text","text":"é 🌍","cache_control":{"type":"ephemeral"}}""")]
    public async Task Part_of_a_message_is_kept(string part, string expected)
    {
        JsonNode sent = await SendAsync($$"""{"messages":[{"role":"user","content":[{{part}}]}]}""");

        Assert.That(sent["messages"]![0]!["content"]![0], new SameJson(expected));
    }

    [TestCase("data:image/png,AAAA")]
    [TestCase("data:;base64,AAAA")]
    [TestCase("data:image/png;base64,???")]
    [TestCase("data:image/png")]
    public async Task Image_that_cannot_be_read_is_refused(string address)
    {
        using ProviderStage stage = Stage();

        string detail = (await stage.RefuseAsync($$$"""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"{{{address}}}"}}]}]}""")).Message;

        Assert.That(detail, Does.Contain("data:MEDIA_TYPE;base64,DATA"));
    }

    [TestCase("""{"role":"assistant","content":"Let me see","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"a\":[1.50]}"}}]}""",
        """[{"type":"text","text":"Let me see"},{"type":"tool_use","id":"1","name":"f","input":{"a":[1.50]}}]""")]
    [TestCase("""{"role":"assistant","content":[{"type":"text","text":"t"}],"tool_calls":[{"id":"1","function":{"name":"f"}}]}""",
        """[{"type":"text","text":"t"},{"type":"tool_use","id":"1","name":"f","input":{}}]""")]
    [TestCase("""{"role":"assistant","content":null,"refusal":"No."}""", "\"No.\"")]
    public async Task Assistant_message_keeps_what_it_said(string message, string expected)
    {
        JsonNode sent = await SendAsync($$"""{"messages":[{{message}},{"role":"user","content":"x"}]}""");

        Assert.That(sent["messages"]![0]!["content"], new SameJson(expected));
    }

    [Test]
    public async Task Schema_of_a_tool_stays_whole()
    {
        const string Schema = """{"type":"object","properties":{"a":{"anyOf":[{"$ref":"#/$defs/x"},{"type":"null"}]}},"$defs":{"x":{"properties":{"y":{}}}}}""";

        JsonNode sent = await SendAsync($$$$"""{{{{{Hello}}}},"tools":[{"type":"function","function":{"name":"f","parameters":{{{{Schema}}}}}},{"type":"function","function":{"name":"g"}}]}""");

        Assert.That(sent["tools"], new SameJson($$"""[{"name":"f","input_schema":{{Schema}}},{"name":"g"}]"""));
    }

    [TestCase("""{"type":"object","properties":{"type":{"type":"string"}}}""",
        """{"type":"object","properties":{"type":{"type":"string"}},"additionalProperties":false}""")]
    [TestCase("""{"type":["object","null"],"properties":{"a":{"enum":[{"type":"object"}]}},"additionalProperties":true}""",
        """{"type":["object","null"],"properties":{"a":{"enum":[{"type":"object"}]}},"additionalProperties":false}""")]
    [TestCase("""{"type":"array","items":{"anyOf":[{"type":"object","properties":{"a":{"type":"integer"}}}]}}""",
        """{"type":"array","items":{"anyOf":[{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":false}]}}""")]
    public async Task Schema_of_an_answer_closes_every_object(string schema, string expected)
    {
        JsonNode sent = await SendAsync($$$$"""{{{{{Hello}}}},"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{{{schema}}}}}}}""");

        Assert.That(sent["output_config"], new SameJson($$$"""{"format":{"type":"json_schema","schema":{{{expected}}}} }"""));
    }

    [TestCase("""{"type":"object"}""")]
    [TestCase("""{"type":"array","items":{"anyOf":[{"type":"object","properties":{}}]}}""")]
    public async Task Schema_with_an_open_object_is_left_out(string schema)
    {
        JsonNode sent = await SendAsync($$$$"""{{{{{Hello}}}},"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{{{schema}}}}}}}""");

        Assert.That(sent.AsObject().ContainsKey("output_config"), Is.False);
    }

    [TestCase(""","max_tokens":100.0""", "max_tokens", "100")]
    [TestCase(""","stop":["a"],"stop_sequences":["b"]""", "stop_sequences", """["a"]""")]
    [TestCase(""","stop_sequences":["b"]""", "stop_sequences", """["b"]""")]
    [TestCase(""","thinking":{"type":"enabled","budget_tokens":1024}""", "thinking", """{"type":"enabled","budget_tokens":1024}""")]
    [TestCase(",\"system\":\"own\"", "system", "\"own\"")]
    [TestCase(",\"tool_choice\":\"auto\"", "tool_choice", """{"type":"auto"}""")]
    public async Task Parameter_goes_up(string parameter, string name, string expected)
    {
        JsonNode sent = await SendAsync($"{{{Hello}{parameter}}}");

        Assert.That(sent[name], new SameJson(expected));
    }

    [TestCase(""","tools":[{"type":"uc_function"}]""", "uc_function")]
    [TestCase(""","max_tokens":1000001""", "1000000")]
    [TestCase(""","max_completion_tokens":1000001""", "1000000")]
    [TestCase(""","n":2""", "'n' must be '1'")]
    [TestCase(""","max_tokens":99999999999""", "max_tokens")]
    public async Task Parameter_is_refused(string parameter, string words)
    {
        using ProviderStage stage = Stage();

        var failure = await stage.RefuseAsync($"{{{Hello}{parameter}}}");

        Assert.That(failure.Status, Is.EqualTo(422));
        Assert.That(failure.Message, Does.Contain(words));
        Assert.That(stage.Sent, Is.Empty);
    }

    [Test]
    public async Task Arguments_that_are_not_JSON_are_refused()
    {
        using ProviderStage stage = Stage();

        var failure = await stage.RefuseAsync("""{"messages":[{"role":"assistant","tool_calls":[{"id":"c7","function":{"name":"f","arguments":"{oops"}}]}]}""");

        Assert.That(failure.Status, Is.EqualTo(422));
        Assert.That(failure.Message, Does.Contain("'c7'").And.Not.Contain("oops"));
    }

    [TestCase("hi", "\n\nHuman: hi\n\nAssistant:")]
    [TestCase("Human: hi", "\n\nHuman: hi\n\nAssistant:")]
    [TestCase("\n\nHuman: hi", "\n\nHuman: hi\n\nAssistant:")]
    [TestCase("\n\nHuman: hi\n\nAssistant:", "\n\nHuman: hi\n\nAssistant:")]
    public async Task Prompt_becomes_a_dialogue(string prompt, string expected)
    {
        using var stage = new ProviderStage("anthropic", Config, Operation.Completions, ProviderStage.Json("""{"completion":"c"}"""));

        await stage.AskAsync(new JsonObject { ["prompt"] = prompt }.ToJsonString());

        Assert.That((string?)stage.SentJson["prompt"], Is.EqualTo(expected));
    }

    private static ProviderStage Stage() => new("anthropic", Config, Operation.Chat, ProviderStage.Json(Answer));

    private static async Task<JsonNode> SendAsync(string body)
    {
        using ProviderStage stage = Stage();
        await stage.AskAsync(body);
        return stage.SentJson;
    }
}
