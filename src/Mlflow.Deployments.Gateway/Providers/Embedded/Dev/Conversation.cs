using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>What the development responder reads out of the messages of a chat.</summary>
internal sealed class Conversation
{
    private readonly IReadOnlyList<ChatMessage> _messages;

    /// <summary>Reads the messages.</summary>
    public Conversation(IReadOnlyList<ChatMessage> messages)
    {
        _messages = messages;
        int asked = messages.Count - 1;
        while (asked >= 0 && messages[asked].Role != ChatRole.User)
        {
            asked--;
        }

        Question = asked >= 0 ? messages[asked].Content ?? "" : "";
        Results = [.. messages.Skip(asked + 1).Where(m => m.Role == ChatRole.Tool).Select(m => (NameOf(m.ToolCallId), m.Content ?? ""))];
        EndsWithResults = messages.Count > 0 && messages[^1].Role == ChatRole.Tool;
    }

    /// <summary>Gets the text of the user's last message; empty when there is none.</summary>
    public string Question { get; }

    /// <summary>Gets what tools returned since that message.</summary>
    public IReadOnlyList<(string Tool, string Text)> Results { get; }

    /// <summary>Gets a value indicating whether the last message is the result of a tool.</summary>
    public bool EndsWithResults { get; }

    /// <summary>Gets the texts to answer from: all but the assistant's, whose earlier echoes would be nearest to the question.</summary>
    public IEnumerable<string> Context => _messages.Where(m => m.Role != ChatRole.Assistant).Select(m => m.Content ?? "");

    /// <summary>Counts the tokens of all texts and of the arguments of tool calls.</summary>
    public int CountTokens() => _messages.Sum(m => Count(m.Content) + (m.ToolCalls ?? []).Sum(c => Count(c.Function?.Arguments)));

    private static int Count(string? text) => SentenceEncoder.Shared.CountTokens(text ?? "");

    private string NameOf(string? callId) =>
        _messages.SelectMany(m => m.ToolCalls ?? []).LastOrDefault(c => c.Id == callId)?.Function?.Name ?? callId ?? "";
}
