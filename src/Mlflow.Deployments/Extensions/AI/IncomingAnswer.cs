using Microsoft.Extensions.AI;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Makes a <see cref="ChatResponse"/> of our answer.</summary>
internal static class IncomingAnswer
{
    public static ChatResponse ToChatResponse(Wire.ChatResponse answer, Wire.ChatRequest request)
    {
        var first = answer.Choices.Count > 0 ? answer.Choices[0] : null;
        return new(answer.Choices.Select(choice => MessageOf(choice, MessageId(answer.Id, choice.Index, first!.Index), CreatedAt(answer.Created), request)).ToList())
        {
            ResponseId = OrNull(answer.Id),
            ModelId = OrNull(answer.Model),
            CreatedAt = CreatedAt(answer.Created),
            FinishReason = FinishReason(first?.FinishReason),
            Usage = IncomingUsage.Of(answer.Usage),
            AdditionalProperties = Properties(answer),
            RawRepresentation = answer,
        };
    }

    public static ChatRole Role(Wire.ChatRole role) => string.IsNullOrEmpty(role.Value) ? ChatRole.Assistant : new(role.Value);

    public static ChatFinishReason? FinishReason(Wire.FinishReason? reason) => reason?.Value switch
    {
        null or "" => null,
        "function_call" => ChatFinishReason.ToolCalls, // the older word
        var value => new(value),
    };

    /// <summary>Returns the time of an answer; null when the server says none, or nonsense.</summary>
    public static DateTimeOffset? CreatedAt(long? seconds) => seconds is > 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds.Value) : null;

    /// <summary>Returns the id of a message: the wire has one for the whole answer, so that further answers get their number behind it.</summary>
    public static string? MessageId(string? id, int index, int firstIndex) => string.IsNullOrEmpty(id) ? null : index == firstIndex ? id : $"{id}-{index}";

    /// <summary>Returns the fields of an answer and of its first choice. Those of a choice (log probabilities) are not the message's: they would go back with it as history.</summary>
    public static AdditionalPropertiesDictionary? Properties(Wire.ChatResponse answer)
    {
        var properties = Fields.Incoming(answer.Extra);
        foreach (var (name, value) in Fields.Incoming(answer.Choices.Count > 0 ? answer.Choices[0].Extra : null) ?? [])
        {
            (properties ??= []).TryAdd(name, value);
        }

        if (answer.Provider is not null)
        {
            (properties ??= []).TryAdd("provider", answer.Provider);
        }

        return properties;
    }

    public static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static ChatMessage MessageOf(Wire.ChatChoice choice, string? id, DateTimeOffset? createdAt, Wire.ChatRequest request)
    {
        var said = choice.Message;
        var message = new ChatMessage(Role(said.Role), [])
        {
            MessageId = id,
            CreatedAt = createdAt,
            AdditionalProperties = IncomingContents.PropertiesOf(said),
            RawRepresentation = said,
        };
        IncomingContents.AddSaid(message.Contents, said.Body, said.Extra, request.Extra, said);
        IncomingContents.AddWhole(message.Contents, said);
        return message;
    }
}
