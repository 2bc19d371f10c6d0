using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Writes JSON as a gateway does: letters beyond ASCII as they are, not escaped.</summary>
internal static class JsonText
{
    public static byte[] Write(JsonNode node, bool indented = false)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = indented }))
        {
            node.WriteTo(writer);
        }

        return buffer.ToArray();
    }
}
