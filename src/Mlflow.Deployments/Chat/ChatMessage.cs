using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>One message of a conversation.</summary>
/// <remarks>Immutable, so that it can be part of many requests at once. <c>ToString()</c> tells lengths, never texts.</remarks>
public sealed record ChatMessage
{
    /// <summary>Gets who speaks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ChatRole Role { get; init; }

    /// <summary>Gets the text; of a list of parts the joined text of its text parts; null when there is none, for example beside tool calls.</summary>
    [JsonIgnore]
    public string? Content
    {
        get => Body.Text;
        init => Body = new(value, null);
    }

    /// <summary>Gets the parts (text, images, audio) when the content is a list, else null.</summary>
    [JsonIgnore]
    public IReadOnlyList<ContentPart>? Parts
    {
        get => Body.Parts;
        init => Body = MessageContent.FromParts(value);
    }

    /// <summary>Gets the tools that the model asks to be called, in its order; null when it asks for none.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init => field = value is null ? null : WireList.Of(value); }

    /// <summary>Gets, in a message of the role <see cref="ChatRole.Tool"/>, which call it answers.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>Gets the model's words when it refuses to answer; null when it does not.</summary>
    public string? Refusal { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    [JsonInclude]
    [JsonPropertyName("content")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal MessageContent Body { get; init; }

    /// <summary>Makes a message with instructions to the model.</summary>
    /// <param name="text">The instructions.</param>
    /// <returns>The message.</returns>
    public static ChatMessage System(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new() { Role = ChatRole.System, Content = text };
    }

    /// <summary>Makes a message of the person who asks.</summary>
    /// <param name="text">The question.</param>
    /// <returns>The message.</returns>
    public static ChatMessage User(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new() { Role = ChatRole.User, Content = text };
    }

    /// <summary>Makes a message of texts, images and audio.</summary>
    /// <param name="parts">The parts, at least one.</param>
    /// <returns>The message.</returns>
    public static ChatMessage User(params IReadOnlyList<ContentPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
        {
            throw new ArgumentException("A message of parts needs at least one part.", nameof(parts));
        }

        return new() { Role = ChatRole.User, Parts = [.. parts] };
    }

    /// <summary>Makes a message of the model, to give it what it said before.</summary>
    /// <param name="text">What it said; null when it only called tools.</param>
    /// <param name="toolCalls">The calls it asked for; null for none.</param>
    /// <returns>The message.</returns>
    public static ChatMessage Assistant(string? text, IReadOnlyList<ToolCall>? toolCalls = null) =>
        new() { Role = ChatRole.Assistant, Content = text, ToolCalls = toolCalls };

    /// <summary>Makes a message with the result of a tool call.</summary>
    /// <param name="toolCallId">The <see cref="ToolCall.Id"/> of the call that it answers.</param>
    /// <param name="text">The result; JSON or plain text.</param>
    /// <returns>The message.</returns>
    public static ChatMessage Tool(string toolCallId, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(toolCallId);
        ArgumentNullException.ThrowIfNull(text);
        return new() { Role = ChatRole.Tool, ToolCallId = toolCallId, Content = text };
    }

    /// <summary>Describes the message without its texts.</summary>
    /// <returns>Role and lengths.</returns>
    public override string ToString() => $"ChatMessage {{ Role = {Role}, Content = {ShortText.Describe(Content)}, ToolCalls = {ShortText.Describe(ToolCalls)} }}";
}
