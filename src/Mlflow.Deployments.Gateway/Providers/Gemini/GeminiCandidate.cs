using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>One of the answers that Gemini gives, whole or the piece of it in an event.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Text">All its texts; MLflow keeps the first alone.</param>
/// <param name="Thoughts">What the model thought aloud, which is no answer.</param>
/// <param name="Calls">The functions it calls.</param>
/// <param name="Reason">Why it ended; null in the middle of a stream.</param>
internal sealed record GeminiCandidate(int Index, string Text, string Thoughts, IReadOnlyList<ToolCall> Calls, string? Reason)
{
    public bool IsEmpty => Text.Length == 0 && Thoughts.Length == 0 && Calls.Count == 0;

    /// <summary>The answers; none when the question was blocked.</summary>
    public static IEnumerable<GeminiCandidate> ReadAll(JsonElement answer) => answer.Items("candidates").Select(Read);

    public ChatChoice ToChatChoice() => new()
    {
        Index = Index,
        Message = new ChatMessage
        {
            Role = ChatRole.Assistant,
            Content = Text.Length > 0 ? Text : null,
            ToolCalls = Calls.Count > 0 ? Calls : null,
            Extra = Reasoning(),
        },
        FinishReason = new FinishReason(Reason ?? FinishReason.Stop.Value),
    };

    /// <summary>The piece of an event; calls come whole and get the numbers from <paramref name="firstCall"/> on.</summary>
    public ChatChunkChoice ToChunkChoice(int firstCall) => new()
    {
        Index = Index,
        Delta = new ChatDelta
        {
            Role = ChatRole.Assistant,
            Content = Text.Length == 0 && Calls.Count > 0 ? null : Text,
            ToolCalls = Calls.Count > 0 ? [.. Calls.Select((x, i) => x with { Index = firstCall + i })] : null,
            Extra = Reasoning(),
        },
        FinishReason = new FinishReason(Reason),
    };

    public CompletionChoice ToCompletionChoice() => new() { Index = Index, Text = Text, FinishReason = new FinishReason(Reason ?? FinishReason.Stop.Value) };

    public CompletionChoice ToCompletionChunkChoice() => new() { Index = Index, Text = Text, FinishReason = new FinishReason(Reason) };

    private static GeminiCandidate Read(JsonElement candidate, int position)
    {
        (string text, string thoughts) = ("", "");
        List<ToolCall> calls = [];
        foreach (JsonElement part in candidate.Object("content")?.Items("parts") ?? default)
        {
            if (part.Object("functionCall") is { } call)
            {
                calls.Add(ReadCall(call) with { Extra = GeminiSignature.Read(part) });
            }
            else if (part.Find("thought") is { ValueKind: JsonValueKind.True })
            {
                thoughts += part.Text("text");
            }
            else
            {
                text += part.Text("text");
            }
        }

        return new GeminiCandidate(candidate.Integer("index") ?? position, text, thoughts, calls, ReasonOf(candidate.Text("finishReason")));
    }

    private static ToolCall ReadCall(JsonElement call)
    {
        string? name = call.Text("name");
        string arguments = PythonJson.Write(call.Find("args"));
        return new ToolCall
        {
            Id = call.Text("id") ?? GeminiCallId.Of(name, arguments),
            Type = "function",
            Function = new FunctionCall { Name = name, Arguments = arguments },
        };
    }

    private static string? ReasonOf(string? reason) => reason == "MAX_TOKENS" ? FinishReason.Length.Value : reason?.ToLowerInvariant();

    private Dictionary<string, JsonElement>? Reasoning() => Thoughts.Length == 0 ? null : new(StringComparer.Ordinal)
    {
        [WireShapes.Reasoning] = JsonSerializer.SerializeToElement(Thoughts, DeployJson.Default.String),
    };
}
