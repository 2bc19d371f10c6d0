using System.Text.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Cohere;

/// <summary>Cohere's token figures.</summary>
internal static class CohereUsage
{
    /// <summary>Reads the figures of an answer; without any, all are null.</summary>
    public static TokenUsage Read(JsonElement answer)
    {
        JsonElement count = answer.Object("token_count") ?? default;
        return new TokenUsage
        {
            PromptTokens = count.Integer("prompt_tokens"),
            CompletionTokens = count.Integer("response_tokens"),
            TotalTokens = count.Integer("total_tokens"),
        };
    }
}
