namespace Mlflow.Deployments.Gateway.Providers.Passthrough;

/// <summary>A request in a provider's own format.</summary>
internal enum PassthroughAction
{
    OpenAIChat,
    OpenAIEmbeddings,
    OpenAIResponses,
    AnthropicMessages,
    GeminiGenerateContent,
    GeminiStreamGenerateContent,
}
