using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Databricks;

/// <summary>Models at Databricks may answer in parts. Those that MLflow's format knows stay; text alone becomes one text.</summary>
internal static class DatabricksContent
{
    private static readonly string[] Known = ["text", "image_url", "input_audio"];

    /// <summary>Rewrites a chat answer that has a list for a content; null for one that has none.</summary>
    public static byte[]? Rewrite(ReadOnlySpan<byte> answer)
    {
        if (!HasParts(answer))
        {
            return null;
        }

        var reader = new Utf8JsonReader(answer, JsonText.ReaderOptions);
        JsonNode? root = JsonNode.Parse(ref reader);
        if ((root as JsonObject)?["choices"] is JsonArray choices)
        {
            foreach (JsonNode? choice in choices)
            {
                if ((choice as JsonObject)?["message"] is JsonObject message && message["content"] is JsonArray parts)
                {
                    message["content"] = Flatten(parts);
                }
            }
        }

        using var output = new PooledBuffer(answer.Length);
        using (Utf8JsonWriter writer = JsonText.CreateWriter(output))
        {
            root!.WriteTo(writer);
        }

        return output.WrittenSpan.ToArray();
    }

    private static JsonNode? Flatten(JsonArray parts)
    {
        List<JsonObject> kept = [.. parts.OfType<JsonObject>().Where(part => Known.Contains(Text(part, "type")))];
        return kept.Count == 0 ? null
            : kept.TrueForAll(part => Text(part, "type") == "text") ? JsonValue.Create(string.Join('\n', kept.Select(part => Text(part, "text"))))
            : new JsonArray([.. kept.Select(part => part.DeepClone())]);
    }

    private static string? Text(JsonObject part, string name) => part[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static bool HasParts(ReadOnlySpan<byte> answer)
    {
        var reader = new Utf8JsonReader(answer, JsonText.ReaderOptions);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("content"u8) && reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            {
                return true;
            }
        }

        return false;
    }
}
