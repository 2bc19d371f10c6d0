using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Makes <see cref="UsageDetails"/> of the tokens that a server counted.</summary>
internal static class IncomingUsage
{
    private const string CompletionDetails = "completion_tokens_details";
    private const string ReasoningTokens = "reasoning_tokens";

    public static UsageDetails? Of(TokenUsage? usage)
    {
        if (usage is null)
        {
            return null;
        }

        var details = new UsageDetails
        {
            InputTokenCount = usage.PromptTokens,
            OutputTokenCount = usage.CompletionTokens,
            TotalTokenCount = usage.TotalTokens,
            CachedInputTokenCount = usage.PromptTokensDetails?.CachedTokens,
        };
        AddCounts(details, string.Empty, usage.Extra);
        AddCounts(details, "prompt_tokens_details.", usage.PromptTokensDetails?.Extra);
        return details;
    }

    // Counts without a place of their own keep their names on the wire: "prompt_tokens_details.audio_tokens".
    private static void AddCounts(UsageDetails details, string prefix, IEnumerable<KeyValuePair<string, JsonElement>>? fields)
    {
        foreach (var (name, value) in fields ?? [])
        {
            if (value.ValueKind == JsonValueKind.Object && prefix.Length == 0)
            {
                AddCounts(details, $"{name}.", value.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, field.Value)));
            }
            else if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count))
            {
                if (prefix == $"{CompletionDetails}." && name == ReasoningTokens)
                {
                    details.ReasoningTokenCount = count;
                }
                else
                {
                    (details.AdditionalCounts ??= [])[prefix + name] = count;
                }
            }
        }
    }
}
