using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Makes a text that fits a schema of the type string.</summary>
internal static class SchemaText
{
    // A schema can ask for more than memory holds.
    private const int Longest = 100_000;

    /// <summary>Returns the text of the message that fits, else a fixed one.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The property, which is also the fixed text.</param>
    /// <param name="ordinal">The position within a list, so that its items differ.</param>
    /// <param name="hints">The user's message.</param>
    public static string Make(JsonObject schema, string name, int ordinal, MessageHints hints)
    {
        int shortest = (int)Math.Clamp(SchemaNumber.Read(schema, "minLength") ?? 0, 0, Longest);
        int longest = (int)Math.Clamp(SchemaNumber.Read(schema, "maxLength") ?? Longest, 0, Longest);
        if (Formatted(schema["format"]?.ToString()) is { } formatted)
        {
            return formatted;
        }

        if (ordinal == 0 && hints.Text(name) is { } hint && Length(hint) >= shortest && Length(hint) <= longest)
        {
            return hint;
        }

        // The ordinal goes in front: cutting must not make the items of a list equal. A surrogate pair counts as one character in a schema, so none is used.
        string word = name.Any(char.IsSurrogate) ? "text" : name;
        string text = (ordinal == 0 ? word : $"{ordinal + 1} {word}").PadRight(shortest, '.');
        return text.Length > longest ? text[..longest] : text;
    }

    private static string? Formatted(string? format) => format switch
    {
        "date" => "2024-01-15",
        "date-time" => "2024-01-15T09:30:00Z",
        "time" => "09:30:00Z",
        "duration" => "P1D",
        "email" or "idn-email" => "user@example.com",
        "uri" or "url" or "uri-reference" or "iri" or "iri-reference" => "https://example.com/",
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "hostname" or "idn-hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        _ => null,
    };

    private static int Length(string text) => text.EnumerateRunes().Count();
}
