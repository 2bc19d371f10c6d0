using System.Text.Json;
using Microsoft.Extensions.AI;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Makes our messages. Each result of a tool is a message of its own, as the wire wants it.</summary>
internal static class OutgoingMessages
{
    public static IReadOnlyList<Wire.ChatMessage> Of(IReadOnlyList<Wire.ChatMessage> leading, IEnumerable<ChatMessage> messages)
    {
        List<Wire.ChatMessage> all = [.. leading];
        var position = 0;
        foreach (var message in messages)
        {
            Add(all, message ?? throw new ArgumentException($"Message {position} is null.", nameof(messages)), position++);
        }

        return all.Count > 0 ? all : throw new ArgumentException("There are no messages; at least one is needed.", nameof(messages));
    }

    private static void Add(List<Wire.ChatMessage> all, ChatMessage message, int position)
    {
        var results = message.Contents.OfType<FunctionResultContent>().ToList();
        all.AddRange(results.Select(ResultOf));
        if (results.Count == message.Contents.Count && results.Count > 0)
        {
            return;
        }

        if (message.Role == ChatRole.Tool)
        {
            var other = message.Contents.FirstOrDefault(content => content is not FunctionResultContent)?.GetType().Name;
            throw Refusal.OfMessages($"Message {position} has the role tool and holds {(other is null ? "nothing" : $"a {other}")}; such a message holds results of calls (FunctionResultContent) only.");
        }

        all.Add(MessageOf(message, position));
    }

    private static Wire.ChatMessage MessageOf(ChatMessage message, int position)
    {
        var body = new OutgoingBody(isFromModel: message.Role == ChatRole.Assistant);
        foreach (var content in message.Contents)
        {
            body.Add(content, position);
        }

        var extra = Fields.Outgoing(message.AdditionalProperties, "messages");
        if (NameOf(message.AuthorName) is { } name)
        {
            (extra ??= new(StringComparer.Ordinal)).TryAdd("name", AIJson.ToElement(name, "AuthorName", "messages"));
        }

        return body.ToMessage(new(message.Role.Value), extra);
    }

    private static Wire.ChatMessage ResultOf(FunctionResultContent result)
    {
        if (string.IsNullOrEmpty(result.CallId))
        {
            throw Refusal.OfMessages("A FunctionResultContent has no CallId; it must be that of the call which it answers.");
        }

        return Wire.ChatMessage.Tool(result.CallId, TextOf(result)) with { Extra = Fields.Outgoing(result.AdditionalProperties, "messages") };
    }

    private static string TextOf(FunctionResultContent result) => result.Result switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!, // what AIFunctionFactory makes of a text
        TextContent content => content.Text,
        null => result.Exception is null ? string.Empty : "Error: the function failed.", // its words may hold secrets; who wants the model to see them puts them into Result
        var value => AIJson.ToText(AIJson.ToElement(value, $"The result of call '{result.CallId}'", "messages")),
    };

    // Agents are named for people ("My Agent"), and providers refuse all but these characters; Microsoft's own client leaves the others out, too.
    private static string? NameOf(string? authorName)
    {
        var name = string.Concat((authorName ?? string.Empty).Where(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));
        return name.Length == 0 ? null : name[..Math.Min(name.Length, 64)];
    }
}
