using System.Text.Json;

namespace Mlflow.Deployments.Json;

/// <summary>The steps that readers of hot wire types are made of. Each expects the reader on a property's name and leaves it on the value's end.</summary>
internal static class FieldReader
{
    /// <summary>Reads one object of a list.</summary>
    public delegate T ObjectReader<out T>(ref Utf8JsonReader reader);

    public static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    public static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? reader.GetString() : throw Unexpected(ref reader, "a text");
    }

    public static int ReadInt32(ref Utf8JsonReader reader) => ReadInt32OrNull(ref reader) ?? throw Unexpected(ref reader, "a whole number");

    public static int? ReadInt32OrNull(ref Utf8JsonReader reader) => ReadInt64OrNull(ref reader) switch
    {
        null => null,
        >= int.MinValue and <= int.MaxValue and var number => (int)number,
        _ => throw new JsonException("A whole number does not fit into 32 bits."),
    };

    public static long? ReadInt64OrNull(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : LenientInt64Converter.Read(ref reader);
    }

    /// <summary>Reads a list of objects; null is an empty list, and nulls in it are left out.</summary>
    /// <param name="reader">On the name of the property.</param>
    /// <param name="readObject">Reads one object, from behind its opening brace to its closing one.</param>
    public static T[] ReadObjects<T>(ref Utf8JsonReader reader, ObjectReader<T> readObject)
    {
        if (!Begin(ref reader, JsonTokenType.StartArray))
        {
            return [];
        }

        // One is the rule, and then an array of one is all that is made.
        T[] items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                items = [.. items, readObject(ref reader)];
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                throw Unexpected(ref reader, "a list of objects");
            }
        }

        return items;
    }

    /// <summary>Keeps a field that the type does not know.</summary>
    public static void Keep(ref Utf8JsonReader reader, ref Dictionary<string, JsonElement>? extra)
    {
        var name = FieldNames.Read(ref reader);
        reader.Read();
        (extra ??= new(StringComparer.Ordinal))[name] = JsonElement.ParseValue(ref reader);
    }

    /// <summary>Moves on to the value; false for null.</summary>
    public static bool Begin(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        reader.Read();
        return reader.TokenType == expected || (reader.TokenType == JsonTokenType.Null ? false : throw Unexpected(ref reader, expected.ToString()));
    }

    /// <summary>Reads on behind the last value: more than white space there is no JSON, and the reader says so.</summary>
    public static void End(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
    }

    public static JsonException Unexpected(ref Utf8JsonReader reader, string expected) => new($"Expected {expected}, got {reader.TokenType}.");
}
