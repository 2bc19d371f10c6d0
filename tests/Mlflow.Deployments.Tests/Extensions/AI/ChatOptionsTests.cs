using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Tests.Support;
using Native = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Tests.Extensions.AI;

/// <summary>What the options of Microsoft.Extensions.AI become on the wire.</summary>
[CancelAfter(30_000)]
public class ChatOptionsTests
{
    private const string User = """{"role":"user","content":"x"}""";

    [Test]
    public async Task Every_option_has_its_field(CancellationToken token)
    {
        await AssertSentAsync(
            new()
            {
                Instructions = "Be terse.",
                Temperature = 0.7f,
                TopP = 0.9f,
                TopK = 40,
                MaxOutputTokens = 100,
                StopSequences = ["END"],
                PresencePenalty = 0.1f,
                FrequencyPenalty = -0.2f,
                Seed = 42,
                Reasoning = new() { Effort = ReasoningEffort.High },
                ResponseFormat = ChatResponseFormat.Json,
                AdditionalProperties = new() { ["logprobs"] = true, ["user"] = "u1", ["metadata"] = new JsonObject { ["a"] = 1 }, ["n"] = 2 },
            },
            """
            {"messages":[{"role":"system","content":"Be terse."},{"role":"user","content":"x"}],"temperature":0.7,"max_tokens":100,"top_p":0.9,"top_k":40,
            "stop":["END"],"presence_penalty":0.1,"frequency_penalty":-0.2,"response_format":{"type":"json_object"},
            "logprobs":true,"user":"u1","metadata":{"a":1},"n":2,"seed":42,"reasoning_effort":"high"}
            """,
            token);
    }

    [Test]
    public Task No_options_send_messages_only(CancellationToken token) => AssertSentAsync(new(), $$"""{"messages":[{{User}}]}""", token);

    [TestCase("""{"type":"object","properties":{"a":{"type":"string"}}}""", null, """{"name":"city","schema":{"type":"object","properties":{"a":{"type":"string"}}},"description":"A city."}""")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"string"}}}""", true, """{"name":"city","schema":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false,"required":["a"]},"strict":true,"description":"A city."}""")]
    [TestCase("""{"type":"object"}""", false, """{"name":"city","schema":{"type":"object"},"strict":false,"description":"A city."}""")]
    public Task A_schema_is_sent_as_it_is_unless_it_is_to_be_kept_strictly(string schema, bool? strict, string sent, CancellationToken token) => AssertSentAsync(
        new()
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse(schema).RootElement, "city", "A city."),
            AdditionalProperties = strict is null ? null : new() { ["strict"] = strict },
        },
        $$$"""{"messages":[{{{User}}}],"response_format":{"type":"json_schema","json_schema":{{{sent}}}}}""",
        token);

    [Test]
    public Task Text_is_a_format_of_its_own(CancellationToken token) =>
        AssertSentAsync(new() { ResponseFormat = ChatResponseFormat.Text }, $$$"""{"messages":[{{{User}}}],"response_format":{"type":"text"}}""", token);

    [Test]
    public async Task RawRepresentationFactory_gives_a_request_that_is_completed_and_not_changed(CancellationToken token)
    {
        var given = new Native.ChatRequest
        {
            Messages = [Native.ChatMessage.System("First.")],
            MaxCompletionTokens = 7,
            Temperature = 0,
            Tools = [new() { Type = "web_search" }],
            Extra = new Dictionary<string, JsonElement> { ["seed"] = JsonDocument.Parse("1").RootElement },
        };
        var before = JsonSerializer.Serialize(given, Deployments.Json.DeployJson.Default.ChatRequest);
        using var endpoint = new ScriptedEndpoint(ChatJson.Text("hi"));
        var chat = endpoint.Chat;
        IChatClient? asked = null;

        await chat.GetResponseAsync(
            "x",
            new() { Temperature = 1, MaxOutputTokens = 5, Seed = 2, TopP = 0.5f, RawRepresentationFactory = client => (asked = client, given).given, AdditionalProperties = new() { ["user"] = "u" } },
            token);

        ChatJson.AssertSame(endpoint.Body, $$"""
            {"messages":[{"role":"system","content":"First."},{{User}}],"temperature":0,"max_completion_tokens":7,"top_p":0.5,"tools":[{"type":"web_search"}],"seed":1,"user":"u"}
            """);
        Assert.Multiple(() =>
        {
            Assert.That(asked, Is.SameAs(chat));
            Assert.That(JsonSerializer.Serialize(given, Deployments.Json.DeployJson.Default.ChatRequest), Is.EqualTo(before));
        });
    }

    [Test]
    public async Task What_the_factory_set_wins_over_every_option(CancellationToken token)
    {
        var given = new Native.ChatRequest
        {
            Messages = null!,
            MaxTokens = 1,
            Temperature = 0.1,
            TopP = 0.2,
            TopK = 3,
            Stop = ["A"],
            PresencePenalty = 0.4,
            FrequencyPenalty = 0.5,
            ToolChoice = Native.ToolChoice.None,
            ResponseFormat = Native.ResponseFormat.Text,
        };

        await AssertSentAsync(
            new()
            {
                Instructions = "Be terse.",
                MaxOutputTokens = 9,
                Temperature = 0.9f,
                TopP = 0.9f,
                TopK = 9,
                StopSequences = ["Z"],
                PresencePenalty = 0.9f,
                FrequencyPenalty = 0.9f,
                Tools = [AIFunctionFactory.Create(() => "x", "f")],
                ToolMode = ChatToolMode.RequireAny,
                ResponseFormat = ChatResponseFormat.Json,
                RawRepresentationFactory = _ => given,
            },
            """
            {"messages":[{"role":"system","content":"Be terse."},{"role":"user","content":"x"}],"max_tokens":1,"temperature":0.1,"top_p":0.2,"top_k":3,"stop":["A"],"presence_penalty":0.4,"frequency_penalty":0.5,
            "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}],"tool_choice":"none","response_format":{"type":"text"}}
            """,
            token);
    }

    [Test]
    public Task Schema_without_a_name_and_a_description_is_sent(CancellationToken token) => AssertSentAsync(
        new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("{}").RootElement) },
        "{\"messages\":[" + User + "],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"json_schema\",\"schema\":{}}}}",
        token);

    [TestCase(ReasoningEffort.None, "none")]
    [TestCase(ReasoningEffort.Low, "low")]
    [TestCase(ReasoningEffort.Medium, "medium")]
    [TestCase(ReasoningEffort.High, "high")]
    [TestCase(ReasoningEffort.ExtraHigh, "xhigh")]
    public Task Effort_has_its_word(ReasoningEffort effort, string word, CancellationToken token) =>
        AssertSentAsync(new() { Reasoning = new() { Effort = effort } }, $$"""{"messages":[{{User}}],"reasoning_effort":"{{word}}"}""", token);

    [Test]
    public void Effort_of_a_later_version_is_refused_with_the_way_out()
    {
        using var endpoint = new ScriptedEndpoint();

        Assert.That(
            () => { _ = endpoint.Chat.GetResponseAsync("x", new() { Reasoning = new() { Effort = (ReasoningEffort)99 } }); },
            Throws.ArgumentException.With.Message.Contains("Reasoning.Effort is 99").And.Message.Contains("reasoning_effort"));
    }

    [Test]
    public Task RawRepresentationFactory_that_returns_null_changes_nothing(CancellationToken token) =>
        AssertSentAsync(new() { RawRepresentationFactory = _ => null }, $$"""{"messages":[{{User}}]}""", token);

    [Test]
    public Task ModelId_that_is_the_endpoint_is_no_contradiction(CancellationToken token) =>
        AssertSentAsync(new() { ModelId = "chat" }, $$"""{"messages":[{{User}}]}""", token);

    [TestCaseSource(nameof(Refused))]
    public void What_cannot_be_sent_is_refused_at_the_call_with_its_name_and_the_way_out(ChatOptions options, string[] words)
    {
        using var endpoint = new ScriptedEndpoint();

        var failure = Assert.Throws<ArgumentException>(() => _ = endpoint.Chat.GetResponseAsync("x", options));
        var streamFailure = Assert.Throws<ArgumentException>(() => _ = endpoint.Chat.GetStreamingResponseAsync("x", options));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.ParamName, Is.EqualTo("options"));
            Assert.That(streamFailure!.Message, Is.EqualTo(failure.Message));
            Assert.That(endpoint.Bodies, Is.Empty);
            foreach (var word in words)
            {
                Assert.That(failure.Message, Does.Contain(word));
            }
        });
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("model", new() { ModelId = "gpt-5" }, "ModelId", "'gpt-5'", "'chat'");
        yield return Case("conversation", new() { ConversationId = "c-7" }, "ConversationId", "'c-7'", "messages");
        yield return Case("hosted tool", new() { Tools = [new HostedWebSearchTool()] }, "HostedWebSearchTool", "RawRepresentationFactory");
        yield return Case("reasoning output", new() { Reasoning = new() { Output = ReasoningOutput.Summary } }, "Reasoning.Output", "Summary");
        yield return Case("foreign request", new() { RawRepresentationFactory = _ => "request" }, "String", "Mlflow.Deployments.Chat.ChatRequest");
        yield return Case("no JSON", new() { AdditionalProperties = new() { ["thing"] = new Version(1, 2) } }, "[\"thing\"]", "Version", "JsonElement");

        static TestCaseData Case(string name, ChatOptions options, params string[] words) => new TestCaseData(options, words).SetArgDisplayNames(name);
    }

    private static async Task AssertSentAsync(ChatOptions options, string expected, CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Text("hi"));

        await endpoint.Chat.GetResponseAsync("x", options, token);

        ChatJson.AssertSame(endpoint.Body, expected);
    }
}
