using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Chat;

/// <summary>What stands under <c>content</c> on the wire: a text, or a list of parts.</summary>
[JsonConverter(typeof(MessageContentConverter))]
internal readonly record struct MessageContent(string? Text, IReadOnlyList<ContentPart>? Parts)
{
    public static MessageContent FromParts(IReadOnlyList<ContentPart>? parts) =>
        new(parts is null ? null : string.Concat(parts.Select(part => part.Text)), parts);
}
