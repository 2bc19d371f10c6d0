using System.Text.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>Gemini's token figures.</summary>
internal static class GeminiUsage
{
    /// <returns>Null when the answer has no figures.</returns>
    public static TokenUsage? Read(JsonElement answer) => answer.Object("usageMetadata") is not { } usage ? null : new TokenUsage
    {
        PromptTokens = usage.Integer("promptTokenCount"),
        CompletionTokens = usage.Integer("candidatesTokenCount"),
        TotalTokens = usage.Integer("totalTokenCount"),
        PromptTokensDetails = usage.Integer("cachedContentTokenCount") is { } cached ? new PromptTokensDetails { CachedTokens = cached } : null,
    };
}
