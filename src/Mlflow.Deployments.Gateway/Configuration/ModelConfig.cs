using Mlflow.Deployments.Gateway.Providers;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>The model of an endpoint.</summary>
/// <param name="Name">The provider's name for the model; null when the provider needs none.</param>
/// <param name="Provider">The provider in its canonical spelling.</param>
/// <param name="Settings">What the provider read from the <c>config</c> section.</param>
internal sealed record ModelConfig(string? Name, string Provider, ProviderSettings Settings);
