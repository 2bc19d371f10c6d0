using System.Runtime.CompilerServices;
using System.Text.Json;
using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>A chat with its history. An answer that was stopped is kept as far as it came; a question without any answer is forgotten.</summary>
internal sealed class Conversation(IDeployClient client, string endpoint, string? system, IDictionary<string, JsonElement>? extra = null)
{
    private readonly List<ChatMessage> _messages = system is null ? [] : [ChatMessage.System(system)];

    /// <summary>Gets what will be sent with the next message.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    public void Clear() => _messages.RemoveRange(system is null ? 0 : 1, _messages.Count - (system is null ? 0 : 1));

    /// <summary>Asks, and returns the text of the answer as it comes.</summary>
    public async IAsyncEnumerable<string> AskAsync(string message, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _messages.Add(ChatMessage.User(message));
        var answer = new ChatAccumulator();
        try
        {
            await foreach (var chunk in client.PredictStreamAsync(endpoint, new ChatRequest { Messages = [.. _messages], Extra = extra }, cancellationToken))
            {
                answer.Add(chunk);
                if (chunk.Text.Length > 0)
                {
                    yield return chunk.Text;
                }
            }
        }
        finally
        {
            if (answer.ToResponse().Text is { Length: > 0 } text)
            {
                _messages.Add(ChatMessage.Assistant(text));
            }
            else
            {
                _messages.RemoveAt(_messages.Count - 1); // two questions in a row are refused by some models
            }
        }
    }
}
