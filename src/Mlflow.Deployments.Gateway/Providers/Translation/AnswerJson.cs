using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>Reads what a provider answered: a member that is null is as good as missing, and one of the wrong kind says so.</summary>
internal static class AnswerJson
{
    /// <summary>Parses a whole answer, or one event of a stream.</summary>
    /// <exception cref="JsonException">This is not JSON.</exception>
    /// <exception cref="UnexpectedShapeException">This is no object.</exception>
    public static JsonDocument Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, JsonText.ReaderOptions);
        JsonDocument document = JsonDocument.ParseValue(ref reader);
        try
        {
            // Reads on to the end: whatever follows the object is an error.
            reader.Read();
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new UnexpectedShapeException("it is not a JSON object");
            }

            (JsonDocument parsed, document) = (document, null!);
            return parsed;
        }
        finally
        {
            document?.Dispose();
        }
    }

    /// <summary>A member of any kind; null when it is missing or null.</summary>
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement element, string name)
    {
        if (element.Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw new UnexpectedShapeException($"'{name}' is not a text");
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, written as \uD800, is JSON but no text.
            throw new JsonException($"'{name}' is not a valid text.", e);
        }
    }

    /// <summary>An item of a list of texts.</summary>
    public static string AsText(this JsonElement item, string list)
    {
        if (item.ValueKind != JsonValueKind.String)
        {
            throw new UnexpectedShapeException($"'{list}' is not a list of texts");
        }

        try
        {
            return item.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, written as \uD800, is JSON but no text.
            throw new JsonException($"'{list}' holds a text that is not valid.", e);
        }
    }

    public static int? Integer(this JsonElement element, string name) =>
        element.Find(name) is not { } value ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
            : throw new UnexpectedShapeException($"'{name}' is not a whole number");

    public static JsonElement? Object(this JsonElement element, string name) => element.Find(name, JsonValueKind.Object, "an object");

    /// <summary>The items of a list; none when it is missing.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element, string name) =>
        element.Find(name, JsonValueKind.Array, "a list")?.EnumerateArray() ?? default;

    public static JsonElement.ArrayEnumerator RequiredItems(this JsonElement element, string name) =>
        element.Find(name, JsonValueKind.Array, "a list")?.EnumerateArray() ?? throw Missing(name);

    public static string RequiredText(this JsonElement element, string name) => element.Text(name) ?? throw Missing(name);

    private static JsonElement? Find(this JsonElement element, string name, JsonValueKind kind, string words) =>
        element.Find(name) is not { } value ? null
            : value.ValueKind == kind ? value
            : throw new UnexpectedShapeException($"'{name}' is not {words}");

    private static UnexpectedShapeException Missing(string name) => new($"'{name}' is missing");
}
