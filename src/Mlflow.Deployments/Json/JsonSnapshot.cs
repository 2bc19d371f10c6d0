using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Json;

/// <summary>Turns a mutable <see cref="JsonNode"/> into an immutable value: wire types are shared between threads, and a JsonNode is not safe even to read there.</summary>
internal static class JsonSnapshot
{
    public static JsonElement? Of(JsonNode? node) =>
        node is null ? null : JsonSerializer.SerializeToElement(node, DeployJson.Default.JsonNode);
}
