namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>What a provider can do.</summary>
[Flags]
internal enum ProviderCapabilities
{
    None = 0,
    Chat = 1,
    ChatStream = 2,
    Completions = 4,
    CompletionsStream = 8,
    Embeddings = 16,
    All = Chat | ChatStream | Completions | CompletionsStream | Embeddings,
}
