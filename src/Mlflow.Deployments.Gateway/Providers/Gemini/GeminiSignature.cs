using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>
/// The signature that a thinking model puts beside a call and wants back with the next turn. It travels where Google's own
/// OpenAI-compatible API has it: <c>extra_content.google.thought_signature</c> of the tool call.
/// </summary>
internal static class GeminiSignature
{
    public static Dictionary<string, JsonElement>? Read(JsonElement part)
    {
        if (part.Text("thoughtSignature") is not { } signature)
        {
            return null;
        }

        byte[] text = Json.JsonText.Encode(signature);
        JsonElement extra = JsonSerializer.Deserialize(
            [.. "{\"google\":{\"thought_signature\":"u8, .. text, .. "}}"u8], DeployJson.Default.JsonElement);
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [WireShapes.ToolCallExtra] = extra };
    }

    public static void Write(ToolCall call, Utf8JsonWriter writer)
    {
        if (call.Extra is { } extra
            && extra.TryGetValue(WireShapes.ToolCallExtra, out JsonElement content)
            && content.Find("google")?.Find("thought_signature") is { ValueKind: JsonValueKind.String } signature)
        {
            writer.WritePropertyName("thoughtSignature"u8);
            signature.WriteTo(writer);
        }
    }
}
