using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>The sound of an answer, which stands in a field <c>audio</c> beside its content; and the names of formats.</summary>
internal static class AudioAnswer
{
    public const string Field = "audio";

    private const string Id = "id";

    /// <summary>Returns the name of a format on the wire for a media type.</summary>
    public static string FormatOf(string mediaType) => mediaType[(mediaType.IndexOf('/', StringComparison.Ordinal) + 1)..] switch
    {
        "mpeg" or "mp3" => "mp3",
        "wav" or "wave" or "x-wav" or "vnd.wave" => "wav",
        var other => other.StartsWith("x-", StringComparison.Ordinal) ? other[2..] : other,
    };

    /// <summary>Reads the sound; null when there is none.</summary>
    /// <param name="fields">The fields of a message, or of a piece of one.</param>
    /// <param name="asked">The fields of the request, which say the format: the answer does not.</param>
    public static DataContent? Read(IDictionary<string, JsonElement>? fields, IDictionary<string, JsonElement>? asked)
    {
        if (fields is null || !fields.TryGetValue(Field, out var audio) || Text(audio, "data") is not { Length: > 0 } base64)
        {
            return null;
        }

        var format = asked is not null && asked.TryGetValue(Field, out var settings) ? Text(settings, "format") : null;
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            return null; // stays where it is, among the fields that nobody here understands
        }

        return new(bytes, format is null or "mp3" ? "audio/mpeg" : $"audio/{format}")
        {
            AdditionalProperties = Text(audio, Id) is { } id ? new() { [Id] = id } : null,
            RawRepresentation = audio,
        };
    }

    /// <summary>Returns what stands for the sound when the answer goes back as history: its id, not the sound again; null when it has none.</summary>
    public static JsonElement? ReferenceTo(DataContent data) =>
        data.HasTopLevelMediaType("audio") && data.AdditionalProperties?.TryGetValue(Id, out var id) is true && id?.ToString() is { Length: > 0 } text
            ? JsonSerializer.SerializeToElement(new JsonObject { [Id] = text }, DeployJson.Default.JsonObject)
            : null;

    private static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
