using System.Text.Json;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>Schemas for structured answers: Anthropic takes objects only if they say that they have no further properties.</summary>
internal static class AnthropicSchema
{
    private const string Additional = "additionalProperties";

    /// <summary>Whether every object in the schema names its properties. A free-form object cannot be asked for.</summary>
    public static bool IsClosed(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => (!IsObjectNode(schema) || HasProperties(schema)) && schema.EnumerateObject().All(x => IsData(x.Name) || IsClosed(x.Value)),
        JsonValueKind.Array => schema.EnumerateArray().All(IsClosed),
        _ => true,
    };

    public static void Write(JsonElement schema, Utf8JsonWriter writer)
    {
        switch (schema.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(schema, writer);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in schema.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                schema.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(JsonElement schema, Utf8JsonWriter writer)
    {
        bool isObject = IsObjectNode(schema);
        writer.WriteStartObject();
        foreach (JsonProperty member in schema.EnumerateObject())
        {
            if (isObject && member.NameEquals(Additional))
            {
                continue;
            }

            writer.WritePropertyName(member.Name);
            if (IsData(member.Name))
            {
                member.Value.WriteTo(writer);
            }
            else
            {
                Write(member.Value, writer);
            }
        }

        if (isObject)
        {
            writer.WriteBoolean(Additional, false);
        }

        writer.WriteEndObject();
    }

    private static bool IsObjectNode(JsonElement schema) => schema.TryGetProperty("type"u8, out JsonElement type) && type.ValueKind switch
    {
        JsonValueKind.String => type.ValueEquals("object"u8),
        JsonValueKind.Array => type.EnumerateArray().Any(x => x.ValueKind == JsonValueKind.String && x.ValueEquals("object"u8)),
        _ => false,
    };

    private static bool HasProperties(JsonElement schema) =>
        schema.TryGetProperty("properties"u8, out JsonElement properties)
        && properties.ValueKind == JsonValueKind.Object && properties.EnumerateObject().MoveNext();

    /// <summary>Keywords whose values are data and not schemas.</summary>
    private static bool IsData(string keyword) => keyword is "const" or "enum" or "default" or "examples";
}
