using System.Collections.Immutable;

namespace Mlflow.Deployments.Gateway.Providers.Passthrough;

/// <summary>The sets of actions that providers have, and what the actions are called.</summary>
internal static class PassthroughActions
{
    public static ImmutableArray<PassthroughAction> Anthropic { get; } = [PassthroughAction.AnthropicMessages];

    public static ImmutableArray<PassthroughAction> Gemini { get; } =
        [PassthroughAction.GeminiGenerateContent, PassthroughAction.GeminiStreamGenerateContent];

    public static ImmutableArray<PassthroughAction> All { get; } =
        [PassthroughAction.OpenAIChat, PassthroughAction.OpenAIEmbeddings, PassthroughAction.OpenAIResponses, .. Anthropic, .. Gemini];

    /// <summary>OpenAI's responses, at this address.</summary>
    public static ImmutableDictionary<PassthroughAction, Uri> Responses(string address) =>
        ImmutableDictionary<PassthroughAction, Uri>.Empty.Add(PassthroughAction.OpenAIResponses, new Uri(address));

    /// <summary>The formats of other providers, at a server that speaks them all.</summary>
    /// <param name="responses">Where OpenAI's responses go.</param>
    /// <param name="messages">Where Anthropic's messages go.</param>
    /// <param name="models">What the model's name stands behind in the addresses of Gemini's operations.</param>
    /// <param name="model">The model; null when there is none, and Gemini's operations cannot be addressed.</param>
    public static ImmutableDictionary<PassthroughAction, Uri> Foreign(string responses, string messages, string models, string? model)
    {
        ImmutableDictionary<PassthroughAction, Uri> actions = Responses(responses).Add(PassthroughAction.AnthropicMessages, new Uri(messages));
        return model is null ? actions : actions
            .Add(PassthroughAction.GeminiGenerateContent, new Uri($"{models}/{Uri.EscapeDataString(model)}:generateContent"))
            .Add(PassthroughAction.GeminiStreamGenerateContent, new Uri($"{models}/{Uri.EscapeDataString(model)}:streamGenerateContent"));
    }

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
