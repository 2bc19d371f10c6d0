using Microsoft.Extensions.AI;
using Mlflow.Deployments.Chat;
using ChatResponse = Mlflow.Deployments.Chat.ChatResponse;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>
/// Makes updates of the chunks of one stream. Texts and thoughts of the first answer go out as they come; what is only right when it is whole
/// goes out at the end: calls (so that no function runs for a stream that breaks off), refusals, further answers, usage.
/// </summary>
/// <remarks>
/// Usage goes out once, because updates are summed up and some servers repeat the sum in every chunk. Further answers go out in one piece,
/// because updates that alternate between messages would be put together as many messages. One reader at a time.
/// </remarks>
internal sealed class IncomingStream(ChatRequest request)
{
    private readonly ChatAccumulator _whole = new();
    private int? _firstIndex;
    private string? _id;
    private string? _model;
    private DateTimeOffset? _createdAt;
    private Microsoft.Extensions.AI.ChatRole _role = Microsoft.Extensions.AI.ChatRole.Assistant;

    public ChatResponseUpdate Take(ChatChunk chunk)
    {
        _whole.Add(chunk);
        _id ??= IncomingAnswer.OrNull(chunk.Id);
        _model ??= IncomingAnswer.OrNull(chunk.Model);
        _createdAt ??= IncomingAnswer.CreatedAt(chunk.Created);
        var update = Update(_id, chunk);
        foreach (var choice in chunk.Choices)
        {
            _firstIndex ??= choice.Index;
            if (choice.Index == _firstIndex)
            {
                _role = choice.Delta.Role.Value is null ? _role : IncomingAnswer.Role(choice.Delta.Role);
                update.FinishReason = IncomingAnswer.FinishReason(choice.FinishReason) ?? update.FinishReason;
                IncomingContents.AddSaid(update.Contents, choice.Delta.Body, choice.Delta.Extra, request.Extra, choice.Delta);
            }
        }

        update.Role = _role;
        return update;
    }

    /// <summary>Returns what was kept back; to be asked for when the stream has ended well.</summary>
    public IEnumerable<ChatResponseUpdate> Rest()
    {
        var whole = _whole.ToResponse();
        foreach (var choice in whole.Choices)
        {
            var update = Update(IncomingAnswer.MessageId(_id, choice.Index, _firstIndex ?? 0), choice);
            update.Role = IncomingAnswer.Role(choice.Message.Role);
            update.AdditionalProperties = IncomingContents.PropertiesOf(choice.Message);
            if (choice.Index != _firstIndex)
            {
                IncomingContents.AddSaid(update.Contents, choice.Message.Body, choice.Message.Extra, request.Extra, choice.Message);
            }

            IncomingContents.AddWhole(update.Contents, choice.Message);
            if (update.Contents.Count > 0 || update.AdditionalProperties is not null)
            {
                yield return update;
            }
        }

        if (Last(whole) is { } last)
        {
            yield return last;
        }
    }

    // What belongs to no message has no message id: so it is put together with the response, not with a message that may go back as history.
    private ChatResponseUpdate? Last(ChatResponse whole)
    {
        var update = Update(messageId: null, whole);
        update.AdditionalProperties = IncomingAnswer.Properties(whole);
        if (IncomingUsage.Of(whole.Usage) is { } usage)
        {
            update.Contents.Add(new UsageContent(usage) { RawRepresentation = whole.Usage });
        }

        return update.Contents.Count > 0 || update.AdditionalProperties is not null ? update : null;
    }

    private ChatResponseUpdate Update(string? messageId, object raw) => new()
    {
        ResponseId = _id,
        MessageId = messageId,
        ModelId = _model,
        CreatedAt = _createdAt,
        RawRepresentation = raw,
    };
}
