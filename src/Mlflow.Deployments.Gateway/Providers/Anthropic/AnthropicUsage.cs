using System.Text.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>Anthropic's token figures. What came from the cache, or went there, is not among its input tokens.</summary>
internal sealed record AnthropicUsage(int? Input, int? CacheReads, int? CacheWrites, int? Output)
{
    public static AnthropicUsage Read(JsonElement usage) => new(
        usage.Integer("input_tokens"),
        usage.Integer("cache_read_input_tokens"),
        usage.Integer("cache_creation_input_tokens"),
        usage.Integer("output_tokens"));

    /// <summary>The figures of a stream: the last ones hold, but those of the input may come at the start only.</summary>
    public AnthropicUsage After(AnthropicUsage? start) => start is null ? this : new(
        start.Input ?? Input, start.CacheReads ?? CacheReads, start.CacheWrites ?? CacheWrites, Output ?? start.Output);

    public TokenUsage ToUsage()
    {
        int? prompt = Input is null && CacheReads is null && CacheWrites is null ? null : (Input ?? 0) + (CacheReads ?? 0) + (CacheWrites ?? 0);
        return new TokenUsage
        {
            PromptTokens = prompt,
            CompletionTokens = Output,
            TotalTokens = prompt + Output,
            PromptTokensDetails = CacheReads is { } cached ? new PromptTokensDetails { CachedTokens = cached } : null,
            Extra = CacheWrites is { } written
                ? new Dictionary<string, JsonElement>(StringComparer.Ordinal)
                {
                    [WireShapes.CacheWrites] = JsonSerializer.SerializeToElement(written, DeployJson.Default.Int32),
                }
                : null,
        };
    }
}
