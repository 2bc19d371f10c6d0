using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Extensions.AI;

/// <summary>What tools become on the wire.</summary>
[CancelAfter(30_000)]
public class ChatToolsTests
{
    private static readonly AIFunction Weather = AIFunctionFactory.Create((string city, int days = 1) => city, "get_weather", "Tells the weather.");

    [Test]
    public async Task Function_is_sent_with_its_schema(CancellationToken token)
    {
        var body = await SendAsync(new() { Tools = [Weather] }, token);

        ChatJson.AssertSame(body["tools"]!.ToJsonString(), """
            [{"type":"function","function":{"name":"get_weather","description":"Tells the weather.",
            "parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","default":1}},"required":["city"]}}}]
            """);
        Assert.That(body.ContainsKey("tool_choice"), Is.False);
    }

    [Test]
    public async Task Declaration_that_is_strict_gets_the_form_of_strict_schemas(CancellationToken token)
    {
        var function = AIFunctionFactory.Create(
            (string city, int days = 1) => city, new AIFunctionFactoryOptions { Name = "f", AdditionalProperties = new Dictionary<string, object?> { ["Strict"] = true, ["cache_control"] = "yes" } }).AsDeclarationOnly();

        var body = await SendAsync(new() { Tools = [function] }, token);

        ChatJson.AssertSame(body["tools"]!.ToJsonString(), """
            [{"type":"function","function":{"name":"f","strict":true,
            "parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","description":"Default value: 1"}},"required":["city","days"],"additionalProperties":false}},"cache_control":"yes"}]
            """);
    }

    [TestCaseSource(nameof(Modes))]
    public async Task ToolMode_is_sent_as_tool_choice(ChatToolMode mode, string expected)
    {
        var body = await SendAsync(new() { Tools = [Weather], ToolMode = mode, AllowMultipleToolCalls = false }, CancellationToken.None);

        ChatJson.AssertSame(body["tool_choice"]!.ToJsonString(), expected);
        Assert.That((bool?)body["parallel_tool_calls"], Is.False);
    }

    [Test]
    public async Task ToolMode_without_tools_is_not_sent_unless_it_asks_for_a_call(CancellationToken token)
    {
        var auto = await SendAsync(new() { ToolMode = ChatToolMode.Auto, AllowMultipleToolCalls = true }, token);
        var none = await SendAsync(new() { ToolMode = ChatToolMode.None }, token);
        var required = await SendAsync(new() { ToolMode = ChatToolMode.RequireAny }, token);

        Assert.That((auto.Count, none.Count, (string?)required["tool_choice"]), Is.EqualTo((1, 1, "required")));
    }

    private static IEnumerable<TestCaseData> Modes()
    {
        yield return new(ChatToolMode.None, "\"none\"");
        yield return new(ChatToolMode.Auto, "\"auto\"");
        yield return new(ChatToolMode.RequireAny, "\"required\"");
        yield return new(ChatToolMode.RequireSpecific("get_weather"), """{"type":"function","function":{"name":"get_weather"}}""");
    }

    private static async Task<JsonObject> SendAsync(ChatOptions options, CancellationToken token)
    {
        using var endpoint = new ScriptedEndpoint(ChatJson.Text("hi"));
        await endpoint.Chat.GetResponseAsync("x", options, token);
        return JsonNode.Parse(endpoint.Body)!.AsObject();
    }
}
