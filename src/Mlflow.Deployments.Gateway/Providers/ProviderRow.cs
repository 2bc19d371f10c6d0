using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>One line of the registry: a provider's canonical name and how its settings are read.</summary>
internal sealed record ProviderRow(string Name, Func<SettingsReader, ProviderSettings> Read)
{
    /// <summary>Whether the section <c>config</c> has to be there, even where each of its keys has a default.</summary>
    public bool NeedsConfig { get; init; } = true;
}
