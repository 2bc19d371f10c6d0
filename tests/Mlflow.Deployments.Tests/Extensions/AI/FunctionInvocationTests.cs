using Microsoft.Extensions.AI;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Extensions.AI;

/// <summary>Microsoft's function invocation over the chat client: two rounds of calls, the first with two at once.</summary>
[CancelAfter(30_000)]
public class FunctionInvocationTests
{
    private const string FirstRequest = """[{"role":"user","content":"Which is warmer, Paris or Rome?"}]""";

    private static readonly string AfterFirstRound = $$"""
        {{FirstRequest[..^1]}},{"role":"assistant","content":"Let me see.","tool_calls":[{{ChatJson.Call("a", "get_weather", """{"city":"Paris"}""")}},{{ChatJson.Call("b", "get_weather", """{"city":"Rome"}""")}}]},
        {"role":"tool","tool_call_id":"a","content":"Paris: 5"},{"role":"tool","tool_call_id":"b","content":"Rome: 4"}]
        """;

    private static readonly string AfterSecondRound = $$"""
        {{AfterFirstRound[..^1]}},{"role":"assistant","tool_calls":[{{ChatJson.Call("c", "add", """{"x":5,"y":4}""")}}]},{"role":"tool","tool_call_id":"c","content":"9"}]
        """;

    private static readonly ChatOptions Options = new()
    {
        Tools =
        [
            AIFunctionFactory.Create((string city) => $"{city}: {city.Length}", "get_weather", "Tells the weather."),
            AIFunctionFactory.Create((int x, int y) => x + y, "add", "Adds."),
        ],
    };

    [TestCase(false)]
    [TestCase(true)]
    public async Task Whole_answers_lead_to_the_last_one(bool isConcurrent)
    {
        using var endpoint = new ScriptedEndpoint(
            ChatJson.Answer($$"""{"role":"assistant","content":"Let me see.","tool_calls":[{{ChatJson.Call("a", "get_weather", """{"city":"Paris"}""")}},{{ChatJson.Call("b", "get_weather", """{"city":"Rome"}""")}}]}""", "tool_calls"),
            ChatJson.Answer($$"""{"role":"assistant","content":null,"tool_calls":[{{ChatJson.Call("c", "add", """{"x":5,"y":4}""")}}]}""", "tool_calls"),
            ChatJson.Text("Nine in all."));

        var response = await Invoking(endpoint, isConcurrent).GetResponseAsync("Which is warmer, Paris or Rome?", Options);

        AssertRounds(endpoint, response);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Streams_lead_to_the_last_one(bool isConcurrent)
    {
        using var endpoint = new ScriptedEndpoint(
            ChatJson.Stream(
                "tool_calls",
                """{"role":"assistant","content":"Let me "}""",
                """{"content":"see."}""",
                """{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_weather","arguments":""}}]}""",
                """{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}""",
                """{"tool_calls":[{"index":0,"function":{"arguments":"\"Paris\"}"}}]}""",
                """{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]}"""),
            ChatJson.Stream("tool_calls", """{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"add","arguments":"{\"x\":5,\"y\":4}"}}]}"""),
            ChatJson.Stream("stop", """{"role":"assistant","content":"Nine "}""", """{"content":"in all."}"""));

        var updates = await Invoking(endpoint, isConcurrent).GetStreamingResponseAsync("Which is warmer, Paris or Rome?", Options).ToListAsync();

        AssertRounds(endpoint, updates.ToChatResponse());
    }

    [Test]
    public async Task Arguments_that_cannot_be_read_are_told_to_the_model(CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(
            ChatJson.Answer($$"""{"role":"assistant","tool_calls":[{{ChatJson.Call("a", "get_weather", "{oops")}}]}""", "tool_calls"),
            ChatJson.Text("Sorry."));

        await Invoking(endpoint, isConcurrent: false).GetResponseAsync("x", Options, token);

        ChatJson.AssertSame(endpoint.MessagesOf(1)[1]!["tool_calls"]!.ToJsonString(), $"[{ChatJson.Call("a", "get_weather", "{oops")}]");
        Assert.That((string?)endpoint.MessagesOf(1)[2]!["content"], Does.StartWith("Error"));
    }

    private static IChatClient Invoking(ScriptedEndpoint endpoint, bool isConcurrent) =>
        endpoint.Chat.AsBuilder().UseFunctionInvocation(configure: invoking => invoking.AllowConcurrentInvocation = isConcurrent).Build();

    private static void AssertRounds(ScriptedEndpoint endpoint, ChatResponse response)
    {
        ChatJson.AssertSame(endpoint.MessagesOf(0).ToJsonString(), FirstRequest);
        ChatJson.AssertSame(endpoint.MessagesOf(1).ToJsonString(), AfterFirstRound);
        ChatJson.AssertSame(endpoint.MessagesOf(2).ToJsonString(), AfterSecondRound);
        Assert.Multiple(() =>
        {
            Assert.That(response.Messages[^1].Text, Is.EqualTo("Nine in all."));
            Assert.That(response.Messages.Select(message => message.Role.Value), Is.EqualTo(new[] { "assistant", "tool", "assistant", "tool", "assistant" }));
            Assert.That(response.FinishReason, Is.EqualTo(ChatFinishReason.Stop));
            Assert.That(response.Usage!.TotalTokenCount, Is.EqualTo(15), "of all three requests");
        });
    }
}
