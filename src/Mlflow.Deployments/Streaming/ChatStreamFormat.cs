using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Streaming;

/// <summary>Streams of <see cref="ChatChunk"/>.</summary>
internal sealed class ChatStreamFormat : IStreamFormat<ChatChunk>
{
    private readonly ChoiceTracker _choices = new();
    private readonly ChatChunkReader _reader = new();

    public bool IsComplete => _choices.IsComplete;

    public ChatChunk Parse(ReadOnlySpan<byte> data) => _reader.Read(data);

    public ChatChunk? FromWholeAnswer(ReadOnlySpan<byte> body)
    {
        var answer = ChatResponseReader.Read(body);
        return answer is null ? null : new()
        {
            Id = answer.Id,
            Object = answer.Object,
            Created = answer.Created,
            Model = answer.Model,
            Provider = answer.Provider,
            Usage = answer.Usage,
            Extra = answer.Extra,
            Choices = [.. answer.Choices.Select(ToChunkChoice)],
        };
    }

    public ServerError? ErrorIn(ChatChunk chunk, bool isNamed) =>
        ServerError.In(chunk.Object, chunk.Extra, takesMessage: !isNamed && !HasContent(chunk));

    public bool HasContent(ChatChunk chunk) => chunk.Choices.Count > 0 || chunk.Usage is not null;

    public void Track(ChatChunk chunk)
    {
        foreach (var choice in chunk.Choices)
        {
            _choices.Track(choice.Index, choice.FinishReason.Value is not null);
        }
    }

    private static ChatChunkChoice ToChunkChoice(ChatChoice choice) => new()
    {
        Index = choice.Index,
        FinishReason = choice.FinishReason,
        Extra = choice.Extra,
        Delta = new()
        {
            Role = choice.Message.Role,
            Body = choice.Message.Body,
            Refusal = choice.Message.Refusal,
            Extra = choice.Message.Extra,
            ToolCalls = choice.Message.ToolCalls?.Select((call, i) => call with { Index = call.Index ?? i }).ToArray(),
        },
    };
}
