using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Tests.Support;
using Native = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Tests.Extensions.AI;

/// <summary>What streams of the wire become.</summary>
[CancelAfter(30_000)]
public class ChatStreamTests
{
    private static readonly string[] CallPieces =
    [
        """{"role":"assistant","content":"Let me see."}""",
        """{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"ci"}}]}""",
        """{"tool_calls":[{"index":0,"function":{"arguments":"ty\":\"Paris\"}"}},{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]}""",
    ];

    [Test]
    public async Task Text_goes_out_as_it_comes_with_everything_that_names_it(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Stream("stop", """{"role":"assistant","content":""}""", """{"content":"Hel"}""", """{"content":"lo"}"""));

        var updates = await endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token).ToListAsync(token);

        var texts = updates.Where(update => update.Text.Length > 0).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(texts.Select(update => update.Text), Is.EqualTo(new[] { "Hel", "lo" }));
            Assert.That(
                texts.Select(update => (update.Role, update.MessageId, update.ResponseId, update.ModelId, update.CreatedAt)),
                Has.All.EqualTo(((ChatRole?)ChatRole.Assistant, "s1", "s1", "m-1", (DateTimeOffset?)DateTimeOffset.FromUnixTimeSeconds(5))));
            Assert.That(texts.Select(update => update.RawRepresentation), Has.All.InstanceOf<Native.ChatChunk>());
            Assert.That(updates.Single(update => update.FinishReason is not null).FinishReason, Is.EqualTo(ChatFinishReason.Stop));
            Assert.That(updates[^1].Contents.OfType<UsageContent>().Single().Details.TotalTokenCount, Is.EqualTo(5));
            Assert.That(endpoint.Body, Does.EndWith(""","stream":true,"stream_options":{"include_usage":true}}"""));
        });
    }

    [Test]
    public async Task Calls_go_out_whole_and_together_when_the_stream_has_ended(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Stream("tool_calls", CallPieces));

        var updates = await endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token).ToListAsync(token);

        var update = updates.Single(update => update.Contents.OfType<FunctionCallContent>().Any());
        var calls = update.Contents.Cast<FunctionCallContent>().ToList();
        var whole = updates.ToChatResponse();
        Assert.Multiple(() =>
        {
            Assert.That(calls.Select(call => (call.CallId, call.Name)), Is.EqualTo(new[] { ("a", "f"), ("b", "g") }));
            Assert.That(calls[0].Arguments!["city"]!.ToString(), Is.EqualTo("Paris"));
            Assert.That((update.MessageId, update.Role), Is.EqualTo(("s1", (ChatRole?)ChatRole.Assistant)));
            Assert.That(whole.Messages.Single().Contents.Select(content => content.GetType()), Is.EqualTo(new[] { typeof(TextContent), typeof(FunctionCallContent), typeof(FunctionCallContent) }));
            Assert.That((whole.FinishReason, whole.Usage!.TotalTokenCount), Is.EqualTo(((ChatFinishReason?)ChatFinishReason.ToolCalls, 5L)));
        });
    }

    [Test]
    public async Task Calls_of_a_stream_that_breaks_off_never_go_out(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(string.Concat(CallPieces.Select(piece => $"data: {ChatJson.Chunk($$"""[{"index":0,"delta":{{piece}}}]""")}\n\n")));
        var contents = new List<AIContent>();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(async () =>
        {
            await foreach (var update in endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token))
            {
                contents.AddRange(update.Contents);
            }
        });

        Assert.That((failure!.ChunksReceived, contents.Count), Is.EqualTo((3, 1)));
    }

    [Test]
    public Task Calls_are_the_same_however_their_arguments_are_cut()
    {
        const string arguments = """{"city":"Zürich 世界","days":[1,2],"note":"a \\ \"b\""}""";
        return Gen.Int[0, arguments.Length].Array[0, 8].SampleAsync(
            async cuts =>
            {
                int[] ends = [0, .. cuts.Order(), arguments.Length];
                var pieces = ends.Zip(ends.Skip(1), (from, to) => JsonValue.Create(arguments[from..to]).ToJsonString());
                using var endpoint = new ScriptedEndpoint(ChatJson.Stream(
                    "tool_calls",
                    ["""{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f"} }]}""", .. pieces.Select(piece => $$$"""{"tool_calls":[{"index":0,"function":{"arguments":{{{piece}}}} }]}""")]));

                var response = await endpoint.Chat.GetStreamingResponseAsync("x").ToChatResponseAsync();

                var call = response.Messages.Single().Contents.OfType<FunctionCallContent>().Single();
                return call.CallId == "a" && JsonNode.DeepEquals(
                    JsonNode.Parse(JsonSerializer.Serialize(call.Arguments, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>)))), JsonNode.Parse(arguments));
            },
            iter: PropertyRuns.AtMost(50));
    }

    [Test]
    public async Task Usage_that_every_chunk_repeats_counts_once(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Events(
            """{"id":"s1","choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}""",
            """{"id":"s1","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"""));

        var response = await endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token).ToChatResponseAsync(token);

        Assert.That((response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount), Is.EqualTo((3, 2, 5)));
    }

    [Test]
    public async Task Ids_that_come_late_or_change_make_no_second_message(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Events(
            """{"id":"","model":"","choices":[],"prompt_filter_results":[]}""",
            """{"id":"s1","model":"m-1","choices":[{"index":0,"delta":{"content":"a"}}]}""",
            """{"id":"s2","model":"m-1","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}"""));

        var response = await endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token).ToChatResponseAsync(token);

        Assert.That((response.Messages.Single().Text, response.ResponseId, response.ModelId), Is.EqualTo(("ab", "s1", "m-1")));
    }

    [Test]
    public async Task Several_answers_are_a_message_each_however_their_chunks_alternate(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Events(
            ChatJson.Chunk("""[{"index":0,"delta":{"content":"on"}},{"index":1,"delta":{"content":"tw"}}]"""),
            ChatJson.Chunk("""[{"index":1,"delta":{"content":"o"},"finish_reason":"stop"}]"""),
            ChatJson.Chunk("""[{"index":0,"delta":{"content":"e"},"finish_reason":"length"}]""")));

        var response = await endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token).ToChatResponseAsync(token);

        Assert.That(response.Messages.Select(message => (message.MessageId, message.Text)), Is.EqualTo(new[] { ("s1", "one"), ("s1-1", "two") }));
        Assert.That(response.FinishReason, Is.EqualTo(ChatFinishReason.Length));
    }

    [Test]
    public async Task Thoughts_and_refusals_and_sounds_are_kept(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Stream(
            "stop",
            """{"role":"assistant","reasoning_content":"h"}""",
            """{"reasoning_content":"m"}""",
            """{"content":"a"}""",
            """{"audio":{"id":"au1","data":"AQID"}}""",
            """{"refusal":"I can"}""",
            """{"refusal":"not."}"""));

        var response = await endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token).ToChatResponseAsync(token);

        var contents = response.Messages.Single().Contents;
        Assert.Multiple(() =>
        {
            Assert.That(contents.Select(content => content.GetType()), Is.EqualTo(new[] { typeof(TextReasoningContent), typeof(TextContent), typeof(DataContent), typeof(ErrorContent) }));
            Assert.That((((TextReasoningContent)contents[0]).Text, ((ErrorContent)contents[3]).Message), Is.EqualTo(("hm", "I cannot.")));
        });
    }

    [Test]
    public async Task Signed_thoughts_that_came_in_pieces_go_back_as_one(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(
            ChatJson.Stream(
                "stop",
                """{"role":"assistant","content":[{"type":"reasoning","summary":[{"type":"summary_text","text":"h"}]}]}""",
                """{"content":[{"type":"reasoning","summary":[{"type":"summary_text","text":"m","signature":"sig"}]}]}""",
                """{"content":"a"}"""),
            ChatJson.Text("b"));
        var response = await endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token).ToChatResponseAsync(token);

        await endpoint.Chat.GetResponseAsync(response.Messages, cancellationToken: token);

        ChatJson.AssertSame(endpoint.MessagesOf(1)[0]!.ToJsonString(), """
            {"role":"assistant","content":[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm","signature":"sig"}]},{"type":"text","text":"a"}]}
            """);
    }

    [Test]
    public async Task Fields_of_the_answer_are_the_responses_and_fields_of_the_message_go_back_with_it(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(
            ChatJson.Events(
                """{"id":"s1","provider":"p","system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":"a","details":[1]},"logprobs":{"content":[1]}}]}""",
                """{"id":"s1","system_fingerprint":"fp","choices":[{"index":0,"delta":{"details":[2]},"logprobs":{"content":[2]},"finish_reason":"stop"}]}"""),
            ChatJson.Text("b"));
        var response = await endpoint.Chat.GetStreamingResponseAsync("x", cancellationToken: token).ToChatResponseAsync(token);

        await endpoint.Chat.GetResponseAsync(response.Messages, cancellationToken: token);

        Assert.That(response.AdditionalProperties!.Select(field => $"{field.Key}={field.Value}"), Is.EquivalentTo(new[] { "system_fingerprint=fp", "logprobs={\"content\":[1,2]}", "provider=p" }));
        ChatJson.AssertSame(endpoint.MessagesOf(1)[0]!.ToJsonString(), """{"role":"assistant","content":"a","details":[1,2]}""");
    }
}
