using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Mistral;

/// <summary>The settings of the provider <c>mistral</c>.</summary>
internal sealed record MistralSettings(string Model, Secret Key, string Base) : ProviderSettings
{
    public static MistralSettings Read(SettingsReader reader) => new(
        reader.RequiredModel(), reader.RequiredKey("mistral_api_key"), reader.Address("mistral_api_base", "https://api.mistral.ai/v1"));

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new MistralTranslator(providerName, this, services.TimeProvider), services.Upstream);
}
