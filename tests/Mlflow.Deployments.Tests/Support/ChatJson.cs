using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Tests.Support;

/// <summary>Writes chat answers and streams, and compares JSON by what it says.</summary>
internal static class ChatJson
{
    /// <summary>Writes a whole answer around one message.</summary>
    public static string Answer(string message, string finishReason = "stop", string more = "") =>
        $$$"""{"id":"c1","object":"chat.completion","created":5,"model":"m-1","choices":[{"index":0,"message":{{{message}}},"finish_reason":"{{{finishReason}}}"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}{{{more}}}}""";

    public static string Text(string text) => Answer($$"""{"role":"assistant","content":"{{text}}"}""");

    /// <summary>Writes a stream of deltas of one answer, with the finish reason and the usage behind them.</summary>
    public static string Stream(string finishReason, params string[] deltas) =>
        Events([.. deltas.Select(delta => Chunk($$"""[{"index":0,"delta":{{delta}}}]""")),
            Chunk($$$"""[{"index":0,"delta":{},"finish_reason":"{{{finishReason}}}"}]"""),
            """{"id":"s1","created":5,"model":"m-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"""]);

    public static string Chunk(string choices) => $$"""{"id":"s1","object":"chat.completion.chunk","created":5,"model":"m-1","choices":{{choices}}}""";

    public static string Events(params string[] chunks) => string.Concat(chunks.Select(chunk => $"data: {chunk}\n\n")) + "data: [DONE]\n\n";

    public static string Call(string id, string name, string arguments) =>
        $$$"""{"id":"{{{id}}}","type":"function","function":{"name":"{{{name}}}","arguments":{{{JsonValue.Create(arguments).ToJsonString()}}}}}""";

    public static void AssertSame(string? actual, string expected) =>
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(actual!), JsonNode.Parse(expected)), Is.True, $"Expected\n{expected}\nbut was\n{actual}");
}
