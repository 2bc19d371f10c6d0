using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.EndToEnd;

/// <summary>Microsoft's function invocation, streamed, through our client, the gateway and a provider over real sockets: two rounds of tools, the first with two calls at once.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FunctionCallingTests
{
    // What the provider streams, one list of deltas for each request; the last has no calls.
    private static readonly string[][] Rounds =
    [
        [
            """{"role":"assistant","content":"Let me look."}""",
            """{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"get_weather","arguments":""}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"\"Zürich\"}"}}]}""",
            """{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}}]}""",
        ],
        ["""{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_c","type":"function","function":{"name":"subtract","arguments":"{\"x\":21,\"y\":4}"}}]}"""],
        ["""{"role":"assistant","content":"It is 17 degrees "}""", """{"content":"warmer in Zürich."}"""],
    ];

    [Test]
    [CancelAfter(60_000)]
    public async Task Streamed_through_client_gateway_and_provider_in_two_rounds(CancellationToken token)
    {
        var request = -1;
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context => StreamAsync(context, Rounds[Interlocked.Increment(ref request)]));
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        using var client = new DeployClient(gateway.Address.ToString());
        var called = new List<string>();
        IChatClient agent = client.AsIChatClient("chat").AsBuilder().UseFunctionInvocation().Build();
        ChatOptions options = new()
        {
            Tools =
            [
                AIFunctionFactory.Create((string city) => Note($"get_weather {city}", city == "Oslo" ? 4 : 21), "get_weather", "Tells the temperature in a city."),
                AIFunctionFactory.Create((int x, int y) => Note($"subtract {x} {y}", x - y), "subtract", "Subtracts."),
            ],
        };

        List<ChatResponseUpdate> updates = await agent.GetStreamingResponseAsync("How much warmer is Zürich than Oslo?", options, token).ToListAsync(token);

        ChatResponse response = updates.ToChatResponse();
        Assert.Multiple(() =>
        {
            Assert.That(called, Is.EqualTo(new[] { "get_weather Zürich", "get_weather Oslo", "subtract 21 4" }));
            Assert.That(response.Messages[^1].Text, Is.EqualTo("It is 17 degrees warmer in Zürich."));
            Assert.That(updates.Select(update => update.Text).Where(text => text.Length > 0), Is.EqualTo(new[] { "Let me look.", "It is 17 degrees ", "warmer in Zürich." }), "piece by piece");
            Assert.That(response.Messages.Select(message => message.Role.Value), Is.EqualTo(new[] { "assistant", "tool", "assistant", "tool", "assistant" }));
            Assert.That((response.FinishReason, response.ModelId), Is.EqualTo(((ChatFinishReason?)ChatFinishReason.Stop, "m")));
            Assert.That((response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.CachedInputTokenCount), Is.EqualTo((30, 15, 6)), "the sum of three requests");
        });
        Assert.That(upstream.Bodies, Has.Count.EqualTo(3));
        AssertMessages(upstream.Bodies[2], """
            [{"role":"user","content":"How much warmer is Zürich than Oslo?"},
            {"role":"assistant","content":"Let me look.","tool_calls":[{"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Zürich\"}"}},
            {"id":"call_b","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"}}]},
            {"role":"tool","tool_call_id":"call_a","content":"21"},{"role":"tool","tool_call_id":"call_b","content":"4"},
            {"role":"assistant","tool_calls":[{"id":"call_c","type":"function","function":{"name":"subtract","arguments":"{\"x\":21,\"y\":4}"}}]},
            {"role":"tool","tool_call_id":"call_c","content":"17"}]
            """);
        JsonObject first = JsonNode.Parse(upstream.Bodies[0])!.AsObject();
        Assert.That(((string?)first["model"], (bool?)first["stream"], first["tools"]!.AsArray().Count), Is.EqualTo(("m", true, 2)));
        Assert.That((string?)first["tools"]![1]!["function"]!["parameters"]!["properties"]!["y"]!["type"], Is.EqualTo("integer"));

        int Note(string call, int result)
        {
            called.Add(call);
            return result;
        }
    }

    private static async Task StreamAsync(HttpContext context, string[] deltas)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (string delta in deltas)
        {
            await SendAsync(context, $$"""[{"index":0,"delta":{{delta}},"finish_reason":null}]""", "null");
        }

        await SendAsync(context, $$"""[{"index":0,"delta":{},"finish_reason":"{{(deltas[^1].Contains("tool_calls", StringComparison.Ordinal) ? "tool_calls" : "stop")}}"}]""", "null");
        await SendAsync(context, "[]", """{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":2}}""");
        await context.Response.Body.WriteAsync("data: [DONE]\n\n"u8.ToArray());
    }

    private static async Task SendAsync(HttpContext context, string choices, string usage)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($$"""data: {"id":"u1","object":"chat.completion.chunk","created":1,"model":"m","choices":{{choices}},"usage":{{usage}}}""" + "\n\n"));
        await context.Response.Body.FlushAsync();
    }

    // Fields that are null say nothing; a gateway may write them or leave them out.
    private static void AssertMessages(string body, string expected)
    {
        JsonArray messages = JsonNode.Parse(body)!["messages"]!.AsArray();
        foreach (JsonObject message in messages.OfType<JsonObject>())
        {
            foreach (string name in message.Where(field => field.Value is null).Select(field => field.Key).ToArray())
            {
                message.Remove(name);
            }
        }

        Assert.That(JsonNode.DeepEquals(messages, JsonNode.Parse(expected)), Is.True, messages.ToJsonString());
    }
}
