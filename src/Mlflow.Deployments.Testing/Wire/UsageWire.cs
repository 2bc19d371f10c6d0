using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Writes the tokens used.</summary>
internal static class UsageWire
{
    public static TokenUsage Counted(int prompt, int? completion) => new() { PromptTokens = prompt, CompletionTokens = completion, TotalTokens = prompt + (completion ?? 0) };

    public static JsonNode Write(TokenUsage usage) => JsonSerializer.SerializeToNode(usage, DeployJsonFormat.Options)!;

    /// <summary>Tells whether a stream ends with the usage. MLflow's gateway asks its provider for it unasked; only a request that declines it goes without.</summary>
    public static bool IsSent(FakeRequest request) =>
        ((request.Json as JsonObject)?["stream_options"] as JsonObject)?["include_usage"] is not JsonValue value || !value.TryGetValue<bool>(out var asked) || asked;
}
