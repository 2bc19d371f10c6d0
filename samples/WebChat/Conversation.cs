using Mlflow.Deployments.Chat;

namespace WebChat;

/// <summary>What the page sends: everything that was said, the new question last.</summary>
public sealed record Conversation(IReadOnlyList<Turn>? Messages)
{
    /// <summary>What is wrong with it, in words for the user; null if nothing is.</summary>
    public string? Problem => Messages switch
    {
        not { Count: > 0 } => "There is no message.",
        _ when Messages.Any(turn => turn is not { Role: "user" or "assistant" }) => "A message has a role other than 'user' and 'assistant'.",
        [.., { Role: "user", Text: { } text }] when !string.IsNullOrWhiteSpace(text) => null,
        _ => "The last message is no question of the user.",
    };

    public ChatRequest ToRequest() => new()
    {
        Messages = [.. Messages!.Select(turn => turn.Role == "user" ? ChatMessage.User(turn.Text ?? string.Empty) : ChatMessage.Assistant(turn.Text ?? string.Empty))],
    };
}

public sealed record Turn(string Role, string? Text);
