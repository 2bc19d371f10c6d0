using System.Text.Json;
using Microsoft.Extensions.AI;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Makes contents of what a model said: in a message, or in a piece of one.</summary>
internal static class IncomingContents
{
    /// <summary>The code of the <see cref="ErrorContent"/> that holds a refusal, as of Microsoft's own OpenAI client.</summary>
    public const string RefusalCode = "Refusal";

    private const string TypeKey = "type";

    /// <summary>Adds thoughts, texts, images and sounds.</summary>
    public static void AddSaid(
        IList<AIContent> contents, Wire.MessageContent body, IDictionary<string, JsonElement>? fields, IDictionary<string, JsonElement>? asked, object raw)
    {
        if (ReasoningText.FromFields(fields, raw) is { } reasoning)
        {
            contents.Add(reasoning);
        }

        foreach (var part in body.Parts ?? [])
        {
            contents.Add(Of(part));
        }

        if (body is { Parts: null, Text.Length: > 0 })
        {
            contents.Add(new TextContent(body.Text) { RawRepresentation = raw });
        }

        if (AudioAnswer.Read(fields, asked) is { } audio)
        {
            contents.Add(audio);
        }
    }

    /// <summary>Adds what is to be taken whole only: a refusal, and calls.</summary>
    public static void AddWhole(IList<AIContent> contents, Wire.ChatMessage message)
    {
        if (!string.IsNullOrEmpty(message.Refusal))
        {
            contents.Add(new ErrorContent(message.Refusal) { ErrorCode = RefusalCode, RawRepresentation = message });
        }

        foreach (var call in message.ToolCalls ?? [])
        {
            if (!string.IsNullOrWhiteSpace(call.Function?.Name))
            {
                contents.Add(Of(call, call.Function.Name, call.Function.Arguments ?? string.Empty));
            }
        }
    }

    /// <summary>Returns the properties of a message: the fields that came with it, but for those that became contents.</summary>
    public static AdditionalPropertiesDictionary? PropertiesOf(Wire.ChatMessage message) =>
        Fields.Incoming(message.Extra, ReasoningText.Field, ReasoningText.ShortField, AudioAnswer.Read(message.Extra, null) is null ? string.Empty : AudioAnswer.Field);

    /// <summary>Returns the part that a content of no known kind stands for; null when it stands for none.</summary>
    public static Wire.ContentPart? UnknownPartOf(AIContent content) =>
        content.GetType() == typeof(AIContent) && content.AdditionalProperties?.TryGetValue(TypeKey, out var type) is true && type?.ToString() is { } text
            ? new() { Type = text, Extra = Fields.Outgoing(content.AdditionalProperties, "messages", TypeKey) }
            : null;

    private static AIContent Of(Wire.ContentPart part)
    {
        var content = part switch
        {
            { Type: "text", Text: { } text } => new TextContent(text) { AdditionalProperties = Fields.Incoming(part.Extra) },
            { ImageUrl.Url: { } url } => ImageOf(url),
            _ => ReasoningText.FromPart(part),
        } ?? Unknown(part);
        content.RawRepresentation = part;
        return content;
    }

    // An address that is none stays the part that came: what a server writes must not throw here.
    private static AIContent? ImageOf(string url)
    {
        try
        {
            return url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(url) : new UriContent(url, "image/*");
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static AIContent Unknown(Wire.ContentPart part)
    {
        var properties = Fields.Incoming(part.Extra) ?? [];
        properties[TypeKey] = part.Type;
        return new() { AdditionalProperties = properties };
    }

    // Without an id, results could not be told apart; a few servers give none.
    private static FunctionCallContent Of(Wire.ToolCall call, string name, string arguments)
    {
        var id = string.IsNullOrEmpty(call.Id) ? $"call_{Guid.NewGuid():N}" : call.Id;
        var content = FunctionCallContent.CreateFromParsedArguments(arguments, id, name, AIJson.ParseArguments);
        content.RawRepresentation = call;
        content.AdditionalProperties = Fields.Incoming(call.Extra);
        return content;
    }
}
