using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Makes JSON that conforms to a schema, with values out of the user's message where some are easy to see.</summary>
/// <remarks>Not followed: <c>pattern</c>, <c>not</c>, <c>if</c>, <c>patternProperties</c>, <c>minProperties</c>, <c>contains</c>.</remarks>
internal sealed class SchemaExample
{
    // Down to here optional properties are filled in too; deeper, recursive schemas would never end.
    private const int DeepestOptional = 4;
    private const int Deepest = 32;

    // Values and characters together; some schemas ask for lists of lists of a million.
    private const int Largest = 1_000_000;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SchemaMerge _merge;
    private readonly MessageHints _hints;
    private int _size;

    private SchemaExample(JsonNode? schema, MessageHints hints)
    {
        _merge = new SchemaMerge(schema);
        _hints = hints;
    }

    /// <summary>Returns compact JSON.</summary>
    /// <param name="schema">The schema; null and anything but an object allow everything and give an empty object.</param>
    /// <param name="message">The user's message.</param>
    /// <exception cref="DevRequestException">The schema cannot be read, refers or nests without end, or refers to nothing.</exception>
    public static string Make(JsonElement? schema, string message)
    {
        if (schema is not { ValueKind: JsonValueKind.Object } map)
        {
            return "{}";
        }

        JsonNode? node = Parse(map);
        return Write(new SchemaExample(node, new MessageHints(message)).Value(node, "value", 0, 0));
    }

    /// <summary>Writes JSON with letters as they are, so that the text can be read.</summary>
    public static string Write(JsonNode? node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // A JsonObject over a keyword given twice throws at its first use, somewhere.
    private static JsonNode? Parse(JsonElement schema)
    {
        try
        {
            return JsonNode.Parse(schema.GetRawText(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new DevRequestException($"The JSON schema cannot be read: {e.Message}");
        }
    }

    private JsonNode? Value(JsonNode? schema, string name, int depth, int ordinal)
    {
        if (depth > Deepest)
        {
            throw new DevRequestException("The JSON schema requires values within values without end.");
        }

        Spend(1);
        JsonObject flat = _merge.Flatten(schema);
        if (flat.TryGetPropertyValue("const", out JsonNode? only))
        {
            return only?.DeepClone();
        }

        if (flat["enum"] is JsonArray { Count: > 0 } choices)
        {
            return Choose(choices, ordinal)?.DeepClone();
        }

        return TypeOf(flat) switch
        {
            "object" => Object(flat, depth),
            "array" => Array(flat, name, depth),
            "integer" => JsonValue.Create(SchemaNumber.Make(flat, isInteger: true, name, ordinal, _hints)),
            "number" => JsonValue.Create(SchemaNumber.Make(flat, isInteger: false, name, ordinal, _hints)),
            "boolean" => JsonValue.Create(true),
            "null" => null,
            _ => Text(flat, name, ordinal),
        };
    }

    private JsonValue Text(JsonObject schema, string name, int ordinal)
    {
        string text = SchemaText.Make(schema, name, ordinal, _hints);
        Spend(text.Length);
        return JsonValue.Create(text);
    }

    private JsonObject Object(JsonObject schema, int depth)
    {
        string[] required = [.. (schema["required"] as JsonArray ?? []).Select(n => n?.ToString()).OfType<string>()];
        JsonObject properties = schema["properties"] as JsonObject ?? [];
        var result = new JsonObject();
        foreach ((string name, JsonNode? property) in properties)
        {
            bool isForbidden = property?.GetValueKind() == JsonValueKind.False;
            if (required.Contains(name, StringComparer.Ordinal) || (depth < DeepestOptional && !isForbidden))
            {
                result[name] = Value(property, name, depth + 1, 0);
            }
        }

        foreach (string name in required.Where(name => !result.ContainsKey(name)))
        {
            result[name] = Value(schema["additionalProperties"], name, depth + 1, 0);
        }

        return result;
    }

    private JsonArray Array(JsonObject schema, string name, int depth)
    {
        // Old drafts have the list of first items under "items".
        JsonArray first = schema["prefixItems"] as JsonArray ?? schema["items"] as JsonArray ?? [];
        JsonNode? others = schema["items"] is JsonArray ? schema["additionalItems"] : schema["items"];
        decimal wanted = depth < DeepestOptional ? Math.Max(1, first.Count) : 0;
        decimal count = Math.Min(Math.Max(wanted, SchemaNumber.Read(schema, "minItems") ?? 0), SchemaNumber.Read(schema, "maxItems") ?? Largest);
        var result = new JsonArray();
        for (int i = 0; i < count; i++)
        {
            result.Add(Value(i < first.Count ? first[i] : others, name, depth + 1, i));
        }

        return result;
    }

    // Those that the message mentions come first.
    private JsonNode? Choose(JsonArray choices, int ordinal)
    {
        JsonNode?[] ordered = [.. choices.OrderByDescending(c => c is not null && _hints.Mentions(c.ToString()))];
        return ordered[ordinal % ordered.Length];
    }

    private static string TypeOf(JsonObject schema)
    {
        switch (schema["type"])
        {
            case JsonArray types:
                return types.Select(t => t?.ToString()).FirstOrDefault(t => t is not (null or "null")) ?? "null";
            case JsonValue type:
                return type.ToString();
            default:
                if (schema.ContainsKey("properties") || schema.ContainsKey("required"))
                {
                    return "object";
                }

                if (schema.ContainsKey("items") || schema.ContainsKey("prefixItems") || schema.ContainsKey("minItems"))
                {
                    return "array";
                }

                return schema.ContainsKey("minimum") || schema.ContainsKey("maximum") || schema.ContainsKey("multipleOf") ? "number" : "string";
        }
    }

    private void Spend(int size)
    {
        _size += size;
        if (_size > Largest)
        {
            throw new DevRequestException("The JSON schema asks for more than the development responder makes.");
        }
    }
}
