using System.Collections.Immutable;

namespace Mlflow.Deployments.Gateway.Providers.Passthrough;

/// <summary>The sets of actions that providers have, and what the actions are called.</summary>
internal static class PassthroughActions
{
    /// <summary>What those have that speak OpenAI's API without its newest part.</summary>
    public static ImmutableArray<PassthroughAction> OpenAICompatible { get; } = [PassthroughAction.OpenAIChat, PassthroughAction.OpenAIEmbeddings];

    public static ImmutableArray<PassthroughAction> OpenAI { get; } = [.. OpenAICompatible, PassthroughAction.OpenAIResponses];

    public static ImmutableArray<PassthroughAction> Anthropic { get; } = [PassthroughAction.AnthropicMessages];

    public static ImmutableArray<PassthroughAction> Gemini { get; } =
        [PassthroughAction.GeminiGenerateContent, PassthroughAction.GeminiStreamGenerateContent];

    public static ImmutableArray<PassthroughAction> All { get; } = [.. OpenAI, .. Anthropic, .. Gemini];

    /// <summary>The path of the gateway's route.</summary>
    public static string Path(this PassthroughAction action) => action switch
    {
        PassthroughAction.OpenAIChat => "/gateway/openai/v1/chat/completions",
        PassthroughAction.OpenAIEmbeddings => "/gateway/openai/v1/embeddings",
        PassthroughAction.OpenAIResponses => "/gateway/openai/v1/responses",
        PassthroughAction.AnthropicMessages => "/gateway/anthropic/v1/messages",
        PassthroughAction.GeminiGenerateContent => "/gateway/gemini/v1beta/models/{name}:generateContent",
        _ => "/gateway/gemini/v1beta/models/{name}:streamGenerateContent",
    };

    /// <summary>The endpoint is named in the path and not in the body.</summary>
    public static bool NamesEndpointInPath(this PassthroughAction action) =>
        action is PassthroughAction.GeminiGenerateContent or PassthroughAction.GeminiStreamGenerateContent;
}
