using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>What stands under <c>content</c> on the wire: a text, or a list of parts.</summary>
[JsonConverter(typeof(MessageContentConverter))]
internal readonly record struct MessageContent(string? Text, IReadOnlyList<ContentPart>? Parts)
{
    public static MessageContent FromParts(IReadOnlyList<ContentPart>? parts)
    {
        if (parts is null)
        {
            return default;
        }

        var present = WireList.Of(parts);
        return new(string.Concat(present.Select(part => part.Text)), present);
    }
}
