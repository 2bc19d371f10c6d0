using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Writes chat answers as an MLflow AI Gateway does.</summary>
internal static class ChatWire
{
    public static Script Answer(ChatAnswer answer, FakeRequest request)
    {
        var script = request.IsStreamed ? Stream(answer, request) : Script.OfJson(Body(answer, request));
        return (answer.Fault?.Apply(script) ?? script).After(answer.Delay);
    }

    private static JsonObject Body(ChatAnswer answer, FakeRequest request)
    {
        var choices = new JsonArray();
        for (var i = 0; i < ChoiceCount(request); i++)
        {
            choices.Add((JsonNode)new JsonObject
            {
                ["index"] = i,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = answer.Whole, ["tool_calls"] = ToolCalls(answer), ["refusal"] = answer.Refusal },
                ["finish_reason"] = Reason(answer),
            });
        }

        return Envelope(answer, "chat.completion", choices, Usage(answer, request));
    }

    private static Script Stream(ChatAnswer answer, FakeRequest request)
    {
        var stream = new EventStream(answer.PieceDelay);
        var count = ChoiceCount(request);
        var isFirst = true;
        foreach (var delta in Deltas(answer))
        {
            delta["role"] = isFirst ? "assistant" : null;
            isFirst = false;
            AddForEach(delta, null, Part.Piece);
        }

        AddForEach(Delta(), Reason(answer), Part.Finish);
        if (UsageWire.IsSent(request))
        {
            stream.Add(Envelope(answer, "chat.completion.chunk", [], Usage(answer, request)), Part.Usage);
        }

        return stream.End();

        void AddForEach(JsonObject delta, string? reason, Part part)
        {
            for (var i = 0; i < count; i++)
            {
                var choice = new JsonObject { ["index"] = i, ["finish_reason"] = reason, ["delta"] = delta.DeepClone() };
                stream.Add(Envelope(answer, "chat.completion.chunk", [choice], null), part);
            }
        }
    }

    private static IEnumerable<JsonObject> Deltas(ChatAnswer answer)
    {
        foreach (var piece in answer.Split)
        {
            yield return Delta(content: piece);
        }

        if (answer.Refusal is { } refusal)
        {
            var delta = Delta();
            delta["refusal"] = refusal;
            yield return delta;
        }

        for (var i = 0; i < answer.ToolCalls.Count; i++)
        {
            var call = answer.ToolCalls[i];
            yield return Delta(toolCalls: [new JsonObject
            {
                ["index"] = i,
                ["id"] = Id(call, i),
                ["type"] = call.Type ?? "function",
                ["function"] = new JsonObject { ["name"] = call.Function?.Name, ["arguments"] = string.Empty },
            }]);
            foreach (var piece in Chunks(call.Function?.Arguments ?? "{}"))
            {
                yield return Delta(toolCalls: [new JsonObject { ["index"] = i, ["function"] = new JsonObject { ["arguments"] = piece } }]);
            }
        }
    }

    private static JsonObject Delta(string? content = null, JsonArray? toolCalls = null) =>
        new() { ["role"] = null, ["content"] = content, ["tool_calls"] = toolCalls };

    // Short pieces, so that even small arguments come in several; never through the middle of a surrogate pair.
    private static IEnumerable<string> Chunks(string arguments)
    {
        const int length = 8;
        for (int begin = 0, end; begin < arguments.Length; begin = end)
        {
            end = Math.Min(begin + length, arguments.Length);
            end += end < arguments.Length && char.IsLowSurrogate(arguments[end]) ? 1 : 0;
            yield return arguments[begin..end];
        }
    }

    private static JsonArray? ToolCalls(ChatAnswer answer) => answer.ToolCalls.Count == 0 ? null : [.. answer.ToolCalls.Select((call, i) => (JsonNode)new JsonObject
    {
        ["id"] = Id(call, i),
        ["type"] = call.Type ?? "function",
        ["function"] = new JsonObject { ["name"] = call.Function?.Name, ["arguments"] = call.Function?.Arguments ?? "{}" },
    })];

    private static JsonObject Envelope(ChatAnswer answer, string kind, JsonArray choices, JsonNode? usage) => new()
    {
        ["id"] = answer.Id,
        ["object"] = kind,
        ["created"] = Defaults.Created,
        ["model"] = answer.Model,
        ["choices"] = choices,
        ["usage"] = usage,
        ["provider"] = Defaults.Provider,
    };

    private static JsonNode Usage(ChatAnswer answer, FakeRequest request) => UsageWire.Write(answer.Usage ?? UsageWire.Counted(
        request.Chat?.Messages.Sum(message => Words.Count(message.Content)) ?? 0,
        answer.Split.Count + answer.ToolCalls.Count));

    private static string? Reason(ChatAnswer answer) => (answer.FinishReason ?? (answer.ToolCalls.Count > 0 ? FinishReason.ToolCalls : FinishReason.Stop)).Value;

    private static string Id(ToolCall call, int position) => call.Id ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"call_{position + 1}");

    private static int ChoiceCount(FakeRequest request) => Math.Max(request.Chat?.N ?? 1, 1);
}
