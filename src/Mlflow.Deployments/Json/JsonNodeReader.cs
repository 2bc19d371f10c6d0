using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Json;

/// <summary>Reads JSON of any form. A key that comes twice is refused here: a <see cref="JsonObject"/> notices it only when it is first used, far from the call.</summary>
internal static class JsonNodeReader
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    public static JsonNode? Read(ReadOnlySpan<byte> json) => JsonNode.Parse(json, nodeOptions: null, Options);
}
