using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Tests.Support;
using Native = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Tests.Extensions.AI;

/// <summary>What answers of the wire become.</summary>
[CancelAfter(30_000)]
public partial class ChatAnswerTests
{
    [Test]
    public async Task Answer_keeps_everything_that_the_server_said(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint("""
            {"id":"c1","object":"chat.completion","created":5,"model":"m-1","provider":"openai","system_fingerprint":"fp",
            "choices":[{"index":0,"message":{"role":"assistant","content":"Hello","annotations":[1]},"finish_reason":"length","logprobs":{"content":[]}}],
            "usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":6,"audio_tokens":1},
            "completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":2},"cache_creation_input_tokens":9,"cost":0.5}}
            """);

        var response = await endpoint.Chat.GetResponseAsync("x", cancellationToken: token);

        var message = response.Messages.Single();
        Assert.Multiple(() =>
        {
            Assert.That(response.Text, Is.EqualTo("Hello"));
            Assert.That((response.ResponseId, response.ModelId, response.CreatedAt), Is.EqualTo(("c1", "m-1", DateTimeOffset.FromUnixTimeSeconds(5))));
            Assert.That(response.FinishReason, Is.EqualTo(ChatFinishReason.Length));
            Assert.That(response.RawRepresentation, Is.InstanceOf<Native.ChatResponse>());
            Assert.That(response.AdditionalProperties!.Select(field => $"{field.Key}={field.Value}"), Is.EquivalentTo(new[] { "system_fingerprint=fp", "logprobs={\"content\":[]}", "provider=openai" }));
            Assert.That((message.MessageId, message.Role, message.CreatedAt), Is.EqualTo(("c1", ChatRole.Assistant, response.CreatedAt)));
            Assert.That(message.AdditionalProperties!.Single().ToString(), Is.EqualTo("[annotations, [1]]"));
            Assert.That(message.RawRepresentation, Is.InstanceOf<Native.ChatMessage>());
            Assert.That(message.Contents.Single().RawRepresentation, Is.SameAs(message.RawRepresentation));
            Assert.That(
                (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.CachedInputTokenCount, response.Usage.ReasoningTokenCount),
                Is.EqualTo((10, 4, 14, 6, 3)));
            Assert.That(
                response.Usage!.AdditionalCounts!.Select(count => $"{count.Key}={count.Value}"),
                Is.EquivalentTo(new[] { "prompt_tokens_details.audio_tokens=1", "completion_tokens_details.audio_tokens=2", "cache_creation_input_tokens=9" }));
        });
    }

    [Test]
    public async Task Answer_that_says_nothing_about_itself_leaves_it_open(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint("""{"id":"","model":"","created":-1,"choices":[{"message":{"content":"x"},"finish_reason":""}]}""");

        var response = await endpoint.Chat.GetResponseAsync("x", cancellationToken: token);

        Assert.That(
            (response.Text, response.ResponseId, response.ModelId, response.CreatedAt, response.FinishReason, response.Usage, response.AdditionalProperties, response.Messages[0].MessageId, response.Messages[0].Role),
            Is.EqualTo(("x", (string?)null, (string?)null, (DateTimeOffset?)null, (ChatFinishReason?)null, (UsageDetails?)null, (AdditionalPropertiesDictionary?)null, (string?)null, ChatRole.Assistant)));
    }

    [TestCase("stop", "stop")]
    [TestCase("content_filter", "content_filter")]
    [TestCase("function_call", "tool_calls")]
    [TestCase("eos_token", "eos_token")]
    public async Task Finish_reason_is(string sent, string expected)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer("""{"content":"x"}""", sent));

        Assert.That((await endpoint.Chat.GetResponseAsync("x")).FinishReason?.Value, Is.EqualTo(expected));
    }

    [Test]
    public async Task Calls_are_read_and_arguments_that_cannot_be_read_keep_their_error_and_their_text(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(
            ChatJson.Answer(
                $$"""
                {"role":"assistant","content":null,"tool_calls":[{{ChatJson.Call("a", "f", """{"city":"Paris","n":2}""")}},{{ChatJson.Call("b", "g", "{broken")}},{{ChatJson.Call("c", "h", "")}},
                {"type":"function","function":{"name":"i","arguments":"{}"},"extra_content":{"s":"t"} },{"id":"e","type":"function","function":{"name":""} }]}
                """,
                "tool_calls"),
            ChatJson.Text("ok"));
        var response = await endpoint.Chat.GetResponseAsync("x", cancellationToken: token);

        await endpoint.Chat.GetResponseAsync(response.Messages, cancellationToken: token);

        var calls = response.Messages[0].Contents.Cast<FunctionCallContent>().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(calls.Select(call => call.Name), Is.EqualTo(new[] { "f", "g", "h", "i" }));
            Assert.That(calls[0].Arguments!.Select(argument => $"{argument.Key}={argument.Value}"), Is.EqualTo(new[] { "city=Paris", "n=2" }));
            Assert.That(calls[1].Exception!.InnerException, Is.InstanceOf<JsonException>());
            Assert.That((calls[1].Arguments, calls[2].Arguments, calls[2].Exception), Is.EqualTo(((object?)null, (object?)null, (Exception?)null)));
            Assert.That(calls[3].CallId, Does.Match("^call_[0-9a-f]{32}$"), "an id that is missing is made");
            Assert.That(calls, Has.All.Property("RawRepresentation").InstanceOf<Native.ToolCall>());
        });
        ChatJson.AssertSame(endpoint.MessagesOf(1)[0]!.ToJsonString(), $$"""
            {"role":"assistant","tool_calls":[{{ChatJson.Call("a", "f", """{"city":"Paris","n":2}""")}},{{ChatJson.Call("b", "g", "{broken")}},{{ChatJson.Call("c", "h", "{}")}},
            {"id":"{{calls[3].CallId}}","type":"function","function":{"name":"i","arguments":"{}"},"extra_content":{"s":"t"} }]}
            """);
    }

    [Test]
    public async Task Refusal_is_an_error_content(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer("""{"role":"assistant","content":null,"refusal":"I cannot."}"""));

        var content = (await endpoint.Chat.GetResponseAsync("x", cancellationToken: token)).Messages[0].Contents.Single();

        Assert.That(content, Is.InstanceOf<ErrorContent>().With.Property("Message").EqualTo("I cannot.").And.Property("ErrorCode").EqualTo("Refusal"));
    }

    [Test]
    public async Task Several_answers_are_a_message_each(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(
            """{"id":"c1","choices":[{"index":0,"message":{"content":"one"},"finish_reason":"stop"},{"index":1,"message":{"content":"two"},"finish_reason":"length"}]}""");

        var response = await endpoint.Chat.GetResponseAsync("x", cancellationToken: token);

        Assert.That(response.Messages.Select(message => (message.MessageId, message.Text)), Is.EqualTo(new[] { ("c1", "one"), ("c1-1", "two") }));
        Assert.That(response.FinishReason, Is.EqualTo(ChatFinishReason.Stop));
    }

    [TestCase("""{"content":"a","reasoning_content":"hm"}""")]
    [TestCase("""{"content":"a","reasoning":"hm"}""")]
    [TestCase("""{"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"a"}]}""")]
    [TestCase("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"h"},{"type":"text","text":"m"}]},{"type":"text","text":"a"}]}""")]
    [TestCase("""{"content":[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"type":"text","text":"a"}]}""")]
    public async Task Thoughts_are_reasoning_and_no_text(string message)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer(message));

        var response = await endpoint.Chat.GetResponseAsync("x");

        Assert.That(response.Messages[0].Contents.Select(content => (content.GetType(), content.ToString())), Is.EqualTo(new[] { (typeof(TextReasoningContent), "hm"), (typeof(TextContent), "a") }));
        Assert.That((response.Text, response.Messages[0].AdditionalProperties), Is.EqualTo(("a", (object?)null)));
    }

    [TestCase("""{"type":"thinking","thinking":"hm","signature":"sig"}""", "sig")]
    [TestCase("""{"type":"thinking","thinking":[{"type":"text","text":"hm"}],"signature":"sig"}""", "sig")]
    [TestCase("""{"type":"redacted_thinking","data":"secret"}""", "secret")]
    [TestCase("""{"type":"reasoning","summary":[{"type":"summary_text","text":"hm","signature":"sig"}]}""", "sig")]
    public async Task Signed_thoughts_go_back_as_they_came_also_when_they_were_stored_meanwhile(string part, string signature)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer($$"""{"role":"assistant","content":[{{part}},{"type":"text","text":"a"}]}"""), ChatJson.Text("b"), ChatJson.Text("c"));
        var history = (await endpoint.Chat.GetResponseAsync("x")).Messages;
        var stored = JsonSerializer.Serialize(history, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IList<ChatMessage>)));

        await endpoint.Chat.GetResponseAsync(history);
        await endpoint.Chat.GetResponseAsync((IList<ChatMessage>)JsonSerializer.Deserialize(stored, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IList<ChatMessage>)))!);

        Assert.That(history[0].Contents.OfType<TextReasoningContent>().Single().ProtectedData, Is.EqualTo(signature));
        foreach (var request in new[] { 1, 2 })
        {
            ChatJson.AssertSame(endpoint.MessagesOf(request)[0]!["content"]!.ToJsonString(), $$"""[{{part}},{"type":"text","text":"a"}]""");
        }
    }

    [Test]
    public async Task Thoughts_go_back_beside_calls_under_the_name_that_they_came_by(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer($$"""{"role":"assistant","reasoning":"hm","reasoning_details":[{"id":1}],"tool_calls":[{{ChatJson.Call("a", "f", "{}")}}]}"""), ChatJson.Text("b"));
        var history = (await endpoint.Chat.GetResponseAsync("x", cancellationToken: token)).Messages;

        await endpoint.Chat.GetResponseAsync(history, cancellationToken: token);

        ChatJson.AssertSame(endpoint.MessagesOf(1)[0]!.ToJsonString(), $$"""{"role":"assistant","reasoning":"hm","reasoning_details":[{"id":1}],"tool_calls":[{{ChatJson.Call("a", "f", "{}")}}]}""");
    }

    [Test]
    public async Task Images_and_parts_that_nobody_knows_survive_the_way_there_and_back(CancellationToken token)
    {
        const string parts = """
            [{"type":"text","text":"a","note":1},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}},{"type":"hologram","depth":{"m":2}}]
            """;
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer($$"""{"role":"assistant","content":{{parts}}}"""), ChatJson.Text("b"), ChatJson.Text("c"));
        var history = (await endpoint.Chat.GetResponseAsync("x", cancellationToken: token)).Messages;

        await endpoint.Chat.GetResponseAsync(history, cancellationToken: token);
        foreach (var content in history[0].Contents)
        {
            content.RawRepresentation = null;
        }

        await endpoint.Chat.GetResponseAsync(history, cancellationToken: token);

        Assert.That(history[0].Contents.Select(content => content.GetType()), Is.EqualTo(new[] { typeof(TextContent), typeof(DataContent), typeof(UriContent), typeof(AIContent) }));
        ChatJson.AssertSame(endpoint.MessagesOf(1)[0]!["content"]!.ToJsonString(), parts);
        ChatJson.AssertSame(endpoint.MessagesOf(2)[0]!["content"]!.ToJsonString(), parts);
    }

    [TestCase("data:nonsense")]
    [TestCase("not an address")]
    public async Task Image_that_is_none_stays_the_part_that_came(string url)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer($$$"""{"content":[{"type":"image_url","image_url":{"url":"{{{url}}}"}}]}"""));

        var content = (await endpoint.Chat.GetResponseAsync("x")).Messages[0].Contents.Single();

        Assert.That((content.GetType(), ((Native.ContentPart)content.RawRepresentation!).ImageUrl!.Url), Is.EqualTo((typeof(AIContent), url)));
    }

    [Test]
    public async Task Sound_is_data_of_the_format_that_was_asked_for_and_goes_back_as_its_id(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Answer("""{"role":"assistant","content":null,"audio":{"id":"au1","data":"AQID","transcript":"hi"}}"""), ChatJson.Text("b"));
        var options = new ChatOptions { AdditionalProperties = new() { ["audio"] = JsonDocument.Parse("""{"format":"wav","voice":"v"}""").RootElement } };
        var history = (await endpoint.Chat.GetResponseAsync("x", options, token)).Messages;

        await endpoint.Chat.GetResponseAsync(history, cancellationToken: token);

        var sound = (DataContent)history[0].Contents.Single();
        Assert.That((sound.MediaType, sound.Data.ToArray()), Is.EqualTo(("audio/wav", new byte[] { 1, 2, 3 })));
        ChatJson.AssertSame(endpoint.MessagesOf(1)[0]!.ToJsonString(), """{"role":"assistant","audio":{"id":"au1"}}""");
    }

    [Test]
    public async Task Structured_output_comes_back_as_its_type(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Text("""{\"city\":\"Paris\",\"degrees\":21}"""));

        var response = await endpoint.Chat.GetResponseAsync<Weather>("x", ReplyJson.Default.Options, cancellationToken: token);

        Assert.That(response.Result, Is.EqualTo(new Weather("Paris", 21)));
        var format = System.Text.Json.Nodes.JsonNode.Parse(endpoint.Body)!["response_format"]!;
        Assert.That(((string?)format["type"], (string?)format["json_schema"]!["name"]), Is.EqualTo(("json_schema", "Weather")));
        ChatJson.AssertSame(format["json_schema"]!["schema"]!["properties"]!.ToJsonString(), """{"city":{"type":"string"},"degrees":{"type":"integer"}}""");
    }

    internal sealed record Weather(string City, int Degrees);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict, RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(Weather))]
    internal sealed partial class ReplyJson : JsonSerializerContext;
}
