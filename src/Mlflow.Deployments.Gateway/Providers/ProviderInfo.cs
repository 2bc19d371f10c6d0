using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>What a provider is called and what it can do.</summary>
/// <param name="Name">The canonical name: the one in answers and catalogues.</param>
/// <param name="DisplayName">The name in error texts.</param>
/// <param name="Capabilities">What it can do; everything else is answered with 501.</param>
internal sealed record ProviderInfo(string Name, string DisplayName, ProviderCapabilities Capabilities)
{
    /// <summary>Refuses what the provider cannot do.</summary>
    /// <exception cref="ProviderException">The operation is not among the capabilities.</exception>
    public void Require(Operation operation, bool isStream)
    {
        ProviderCapabilities needed = (operation, isStream) switch
        {
            (Operation.Chat, false) => ProviderCapabilities.Chat,
            (Operation.Chat, true) => ProviderCapabilities.ChatStream,
            (Operation.Completions, false) => ProviderCapabilities.Completions,
            (Operation.Completions, true) => ProviderCapabilities.CompletionsStream,
            _ => ProviderCapabilities.Embeddings,
        };
        if ((Capabilities & needed) == ProviderCapabilities.None)
        {
            throw new ProviderException(
                FailureKind.NotImplemented, $"The {operation.ToWord()}{(isStream ? " streaming" : "")} route is not implemented for {DisplayName} models.");
        }
    }
}
