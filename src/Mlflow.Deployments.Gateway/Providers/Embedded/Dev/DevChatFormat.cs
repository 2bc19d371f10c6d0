using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Puts an answer into the wire types of chats.</summary>
internal static class DevChatFormat
{
    /// <summary>Makes the whole answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="created">When it was made: the only thing that differs from one call to the next.</param>
    public static ChatResponse ToChatResponse(this DevAnswer answer, DateTimeOffset created) => new()
    {
        Id = Id(answer),
        Object = "chat.completion",
        Created = created.ToUnixTimeSeconds(),
        Model = DevResponder.ModelName,
        Choices = [.. answer.Choices.Select((c, i) => new ChatChoice { Index = i, Message = Message(answer, c, i), FinishReason = c.FinishReason })],
        Usage = answer.Usage,
        Extra = DevTrace.Of(answer),
    };

    /// <summary>Makes the answer in chunks, one for each token, whose texts make up the whole answer's.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="created">When it was made.</param>
    /// <param name="includeUsage">Whether a last chunk without choices tells the tokens used.</param>
    public static IEnumerable<ChatChunk> ToChatChunks(this DevAnswer answer, DateTimeOffset created, bool includeUsage)
    {
        var template = new ChatChunk
        {
            Id = Id(answer),
            Object = "chat.completion.chunk",
            Created = created.ToUnixTimeSeconds(),
            Model = DevResponder.ModelName,
        };
        for (int i = 0; i < answer.Choices.Count; i++)
        {
            yield return template with { Choices = [new ChatChunkChoice { Index = i, Delta = First(answer, answer.Choices[i], i) }] };
        }

        int longest = answer.Choices.Max(c => c.Pieces.Count);
        for (int token = 0; token < longest; token++)
        {
            for (int i = 0; i < answer.Choices.Count; i++)
            {
                yield return template with { Choices = [new ChatChunkChoice { Index = i, Delta = Next(answer.Choices[i], token) }] };
            }
        }

        for (int i = 0; i < answer.Choices.Count; i++)
        {
            ChatChunkChoice end = new() { Index = i, FinishReason = answer.Choices[i].FinishReason };
            yield return template with { Choices = [end], Extra = DevTrace.Of(answer) };
        }

        if (includeUsage)
        {
            yield return template with { Usage = answer.Usage };
        }
    }

    private static string Id(DevAnswer answer) => $"chatcmpl-dev-{answer.Key}";

    private static ChatMessage Message(DevAnswer answer, DevChoice choice, int index) =>
        choice.ToolName is null
            ? ChatMessage.Assistant(choice.Text)
            : ChatMessage.Assistant(null, [Call(answer, choice, index, choice.Text)]);

    private static ChatDelta First(DevAnswer answer, DevChoice choice, int index) =>
        choice.ToolName is null
            ? new ChatDelta { Role = ChatRole.Assistant, Content = "" }
            : new ChatDelta { Role = ChatRole.Assistant, ToolCalls = [Call(answer, choice, index, "") with { Index = 0 }] };

    private static ChatDelta Next(DevChoice choice, int token) =>
        choice.ToolName is null
            ? new ChatDelta { Content = choice.Pieces[token] }
            : new ChatDelta { ToolCalls = [new ToolCall { Index = 0, Function = new FunctionCall { Arguments = choice.Pieces[token] } }] };

    private static ToolCall Call(DevAnswer answer, DevChoice choice, int index, string arguments) => new()
    {
        Id = $"call_{answer.Key}_{index}",
        Type = "function",
        Function = new FunctionCall { Name = choice.ToolName, Arguments = arguments },
    };
}
