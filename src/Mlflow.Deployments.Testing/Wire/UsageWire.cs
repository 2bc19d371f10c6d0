using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Writes the tokens used.</summary>
internal static class UsageWire
{
    public static TokenUsage Counted(int prompt, int? completion) => new() { PromptTokens = prompt, CompletionTokens = completion, TotalTokens = prompt + (completion ?? 0) };

    public static JsonNode Write(TokenUsage usage) => JsonSerializer.SerializeToNode(usage, DeployJson.Default.TokenUsage)!;

    /// <summary>Tells whether the request wants the usage at the end of a stream.</summary>
    public static bool IsAskedFor(FakeRequest request) =>
        ((request.Json as JsonObject)?["stream_options"] as JsonObject)?["include_usage"] is JsonValue value && value.TryGetValue<bool>(out var asked) && asked;
}
