using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>What a provider read from its <c>config</c> section. Keys are <see cref="Secret"/>s.</summary>
internal abstract record ProviderSettings
{
    public abstract IProvider Build(string providerName, string? modelName, ProviderServices services);
}
