using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Writes completions as an MLflow AI Gateway does.</summary>
internal static class CompletionWire
{
    public static Script Answer(CompletionAnswer answer, FakeRequest request)
    {
        var script = request.IsStreamed ? Stream(answer, request) : Script.OfJson(Body(answer, request));
        return (answer.Fault?.Apply(script) ?? script).After(answer.Delay);
    }

    private static JsonObject Body(CompletionAnswer answer, FakeRequest request)
    {
        var choices = new JsonArray();
        for (var i = 0; i < ChoiceCount(request); i++)
        {
            choices.Add((JsonNode)Choice(i, answer.Text, answer.FinishReason.Value));
        }

        return Envelope(answer, "text_completion", choices, Usage(answer, request));
    }

    private static Script Stream(CompletionAnswer answer, FakeRequest request)
    {
        var stream = new EventStream(answer.PieceDelay);
        foreach (var piece in answer.Split)
        {
            AddForEach(piece, null, Part.Piece);
        }

        AddForEach(string.Empty, answer.FinishReason.Value, Part.Finish);
        if (UsageWire.IsSent(request))
        {
            stream.Add(Envelope(answer, "text_completion_chunk", [], Usage(answer, request)), Part.Usage);
        }

        return stream.End();

        void AddForEach(string text, string? reason, Part part)
        {
            for (var i = 0; i < ChoiceCount(request); i++)
            {
                stream.Add(Envelope(answer, "text_completion_chunk", [Choice(i, text, reason)], null), part);
            }
        }
    }

    private static JsonObject Choice(int index, string text, string? reason) => new() { ["index"] = index, ["text"] = text, ["finish_reason"] = reason };

    private static JsonObject Envelope(CompletionAnswer answer, string kind, JsonArray choices, JsonNode? usage) => new()
    {
        ["id"] = answer.Id,
        ["object"] = kind,
        ["created"] = Defaults.Created,
        ["model"] = answer.Model,
        ["choices"] = choices,
        ["usage"] = usage,
    };

    private static JsonNode Usage(CompletionAnswer answer, FakeRequest request) =>
        UsageWire.Write(answer.Usage ?? UsageWire.Counted(Words.Count(request.Completion?.Prompt), answer.Split.Count));

    private static int ChoiceCount(FakeRequest request) => Math.Max(request.Completion?.N ?? 1, 1);
}
