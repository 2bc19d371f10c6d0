using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Extensions.AI;

/// <summary>What messages and their contents become on the wire.</summary>
[CancelAfter(30_000)]
public class ChatMessagesTests
{
    private static readonly byte[] Bytes = [1, 2, 3];

    [TestCaseSource(nameof(Sent))]
    public async Task Message_is_sent_as(ChatMessage message, string expected)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Text("hi"));

        await endpoint.Chat.GetResponseAsync([message]);

        ChatJson.AssertSame(endpoint.Body, $$"""{"messages":[{{expected}}]}""");
    }

    [TestCaseSource(nameof(Refused))]
    public void Message_is_refused_with_its_place_and_its_kind(ChatMessage message, string[] words)
    {
        using var endpoint = new ScriptedEndpoint();

        var failure = Assert.Throws<ArgumentException>(() => _ = endpoint.Chat.GetResponseAsync([new(ChatRole.User, "before"), message]));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.ParamName, Is.EqualTo("messages"));
            foreach (var word in words)
            {
                Assert.That(failure.Message, Does.Contain(word));
            }
        });
    }

    [Test]
    public void No_messages_and_null_messages_are_refused_at_the_call()
    {
        using var endpoint = new ScriptedEndpoint();

        Assert.Multiple(() =>
        {
            Assert.That(() => _ = endpoint.Chat.GetResponseAsync(Array.Empty<ChatMessage>()), Throws.ArgumentException.With.Property("ParamName").EqualTo("messages"));
            Assert.That(() => _ = endpoint.Chat.GetResponseAsync((IEnumerable<ChatMessage>)null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("messages"));
            Assert.That(() => _ = endpoint.Chat.GetStreamingResponseAsync([new(ChatRole.User, "x"), null!]), Throws.ArgumentException.With.Message.Contains("Message 1 is null"));
        });
    }

    [Test]
    public async Task Results_of_calls_are_a_message_each(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Text("hi"));
        List<ChatMessage> messages =
        [
            new(ChatRole.Assistant, [new FunctionCallContent("a", "f"), new FunctionCallContent("b", "g", new Dictionary<string, object?> { ["city"] = "Zürich", ["days"] = 2 })]),
            new(ChatRole.Tool,
            [
                new FunctionResultContent("a", "plain"),
                new FunctionResultContent("b", JsonDocument.Parse("""{ "t": [1, "ü"] }""").RootElement),
                new FunctionResultContent("c", 3.5),
                new FunctionResultContent("d", null),
                new FunctionResultContent("e", null) { Exception = new InvalidOperationException("secret") },
                new FunctionResultContent("f", new TextContent("content")),
                new FunctionResultContent("g", new JsonObject { ["k"] = true }),
                new FunctionResultContent("h", JsonDocument.Parse("\"a \\\"text\\\"\"").RootElement),
            ]),
        ];

        await endpoint.Chat.GetResponseAsync(messages, cancellationToken: token);

        ChatJson.AssertSame(endpoint.Body, """
            {"messages":[
            {"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"g","arguments":"{\"city\":\"Zürich\",\"days\":2}"}}]},
            {"role":"tool","tool_call_id":"a","content":"plain"},
            {"role":"tool","tool_call_id":"b","content":"{\"t\":[1,\"ü\"]}"},
            {"role":"tool","tool_call_id":"c","content":"3.5"},
            {"role":"tool","tool_call_id":"d","content":""},
            {"role":"tool","tool_call_id":"e","content":"Error: the function failed."},
            {"role":"tool","tool_call_id":"f","content":"content"},
            {"role":"tool","tool_call_id":"g","content":"{\"k\":true}"},
            {"role":"tool","tool_call_id":"h","content":"a \"text\""}]}
            """);
    }

    private static IEnumerable<TestCaseData> Sent()
    {
        yield return Case("system", new(ChatRole.System, "s"), """{"role":"system","content":"s"}""");
        yield return Case("role of the provider", new(new("developer"), "d"), """{"role":"developer","content":"d"}""");
        yield return Case("nothing", new(ChatRole.User, []), """{"role":"user","content":""}""");
        yield return Case("several texts", new(ChatRole.User, [new TextContent("a"), new TextContent("b")]), """{"role":"user","content":"ab"}""");
        yield return Case("author", new(ChatRole.User, "x") { AuthorName = "My Agent (1)" }, """{"role":"user","content":"x","name":"MyAgent1"}""");
        yield return Case(
            "text with a field of a vendor",
            new(ChatRole.User, [new TextContent("a") { AdditionalProperties = new() { ["cache_control"] = new JsonObject { ["type"] = "ephemeral" } } }]),
            """{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}""");
        yield return Case(
            "fields, but not what decorators keep",
            new(ChatRole.User, "x") { AdditionalProperties = new() { ["prefix"] = true, ["weight"] = 2, ["_attribution"] = "agent", ["tracker"] = new object(), ["nothing"] = null } },
            """{"role":"user","content":"x","prefix":true,"weight":2}""");
        yield return Case(
            "images",
            new(ChatRole.User,
            [
                new TextContent("Look:"),
                new UriContent("https://example.com/a.png", "image/png") { AdditionalProperties = new() { ["detail"] = "low" } },
                new DataContent(Bytes, "image/jpeg"),
            ]),
            """
            {"role":"user","content":[{"type":"text","text":"Look:"},{"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low"}},
            {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,AQID"}}]}
            """);
        yield return Case(
            "sounds",
            new(ChatRole.User, [new DataContent(Bytes, "audio/mpeg"), new DataContent(Bytes, "audio/x-wav"), new DataContent(Bytes, "audio/flac")]),
            """
            {"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AQID","format":"mp3"}},{"type":"input_audio","input_audio":{"data":"AQID","format":"wav"}},
            {"type":"input_audio","input_audio":{"data":"AQID","format":"flac"}}]}
            """);
        yield return Case(
            "files",
            new(ChatRole.User, [new DataContent(Bytes, "application/pdf") { Name = "a.pdf" }, new HostedFileContent("file-1")]),
            """
            {"role":"user","content":[{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQID"}},{"type":"file","file":{"file_id":"file-1"}}]}
            """);
        yield return Case(
            "refusal",
            new(ChatRole.Assistant, [new ErrorContent("No.") { ErrorCode = "Refusal" }]),
            """{"role":"assistant","refusal":"No."}""");
        yield return Case("usage is nothing that was said", new(ChatRole.Assistant, [new TextContent("a"), new UsageContent(new())]), """{"role":"assistant","content":"a"}""");
        yield return Case("thoughts of the past", new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("a")]), """{"role":"assistant","content":"a"}""");
        yield return Case(
            "thoughts beside calls",
            new(ChatRole.Assistant, [new TextReasoningContent("hm"), new FunctionCallContent("a", "f") { AdditionalProperties = new() { ["extra_content"] = new JsonObject { ["s"] = "x" } } }]),
            """{"role":"assistant","reasoning_content":"hm","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"s":"x"}}]}""");
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return RefusedCase("video", new(ChatRole.User, [new DataContent(Bytes, "video/mp4")]), "Message 1", "DataContent", "'video/mp4'", "images");
        yield return RefusedCase("sound by address", new(ChatRole.User, [new UriContent("https://example.com/a.mp3", "audio/mpeg")]), "UriContent", "'audio/mpeg'", "as data");
        yield return RefusedCase("error", new(ChatRole.Assistant, [new ErrorContent("boom")]), "ErrorContent");
        yield return RefusedCase("text of a tool", new(ChatRole.Tool, "x"), "role tool", "TextContent", "FunctionResultContent");
        yield return RefusedCase("nothing of a tool", new(ChatRole.Tool, []), "role tool", "nothing");
        yield return RefusedCase("result without call", new(ChatRole.Tool, [new FunctionResultContent("", "x")]), "CallId");
        yield return RefusedCase("result that is no JSON", new(ChatRole.Tool, [new FunctionResultContent("a", new Version(1, 2))]), "'a'", "Version", "JsonElement");
    }

    private static TestCaseData Case(string name, ChatMessage message, string expected) => new TestCaseData(message, expected).SetArgDisplayNames(name);

    private static TestCaseData RefusedCase(string name, ChatMessage message, params string[] words) => new TestCaseData(message, words).SetArgDisplayNames(name);
}
