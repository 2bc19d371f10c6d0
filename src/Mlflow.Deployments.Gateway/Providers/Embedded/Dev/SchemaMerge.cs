using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Makes one plain schema of a schema with <c>$ref</c>, <c>allOf</c>, <c>anyOf</c> and <c>oneOf</c>; of the last two the first branch.</summary>
internal sealed class SchemaMerge(JsonNode? root)
{
    // A reference that leads to itself has no end.
    private const int DeepestReference = 32;

    // References to references, two at each step, would double the work at each step.
    private const int MostMerges = 100_000;

    private int _merges;

    /// <summary>Returns the schema's own keywords together with those of everything it refers to.</summary>
    /// <exception cref="DevRequestException">A reference leads nowhere, to itself, or out of the schema.</exception>
    public JsonObject Flatten(JsonNode? schema)
    {
        var merged = new JsonObject();
        Merge(merged, schema, 0);
        return merged;
    }

    private void Merge(JsonObject target, JsonNode? schema, int depth)
    {
        // true, false and what is no schema at all say nothing that a value could follow.
        if (schema is not JsonObject source)
        {
            return;
        }

        if (depth > DeepestReference || ++_merges > MostMerges)
        {
            throw new DevRequestException("The JSON schema refers to itself without end, or to too much.");
        }

        foreach ((string keyword, JsonNode? value) in source)
        {
            switch (keyword)
            {
                case "$ref":
                    Merge(target, Resolve(value), depth + 1);
                    break;
                case "allOf" when value is JsonArray all:
                    foreach (JsonNode? part in all)
                    {
                        Merge(target, part, depth + 1);
                    }

                    break;
                case "anyOf" or "oneOf" when value is JsonArray { Count: > 0 } branches:
                    Merge(target, branches[0], depth + 1);
                    break;
                case "properties" when value is JsonObject properties:
                    MergeProperties(target, properties);
                    break;
                case "required" when value is JsonArray required:
                    Union(target, required);
                    break;
                default:
                    target[keyword] = value?.DeepClone();
                    break;
            }
        }
    }

    // The same property on both sides must fit both.
    private static void MergeProperties(JsonObject target, JsonObject properties)
    {
        if (target["properties"] is not JsonObject merged)
        {
            target["properties"] = merged = [];
        }

        foreach ((string name, JsonNode? schema) in properties)
        {
            JsonNode? existing = merged[name];
            merged[name] = existing is null ? schema?.DeepClone() : new JsonObject { ["allOf"] = new JsonArray(existing.DeepClone(), schema?.DeepClone()) };
        }
    }

    private static void Union(JsonObject target, JsonArray required)
    {
        if (target["required"] is not JsonArray merged)
        {
            target["required"] = merged = [];
        }

        foreach (JsonNode? name in required)
        {
            if (!merged.Any(known => JsonNode.DeepEquals(known, name)))
            {
                merged.Add(name?.DeepClone());
            }
        }
    }

    private JsonNode? Resolve(JsonNode? reference)
    {
        string path = reference?.GetValueKind() == JsonValueKind.String ? reference.GetValue<string>() : "";
        if (path != "#" && !path.StartsWith("#/", StringComparison.Ordinal))
        {
            throw new DevRequestException($"The JSON schema refers to '{path}'; only references within the schema (#/$defs/…) can be followed.");
        }

        JsonNode? found = root;
        foreach (string step in path.Split('/').Skip(1))
        {
            string key = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            found = found switch
            {
                JsonObject map => map[key],
                JsonArray list when int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < list.Count => list[index],
                _ => null,
            };
        }

        return found ?? throw new DevRequestException($"The JSON schema refers to '{path}', which it does not have.");
    }
}
