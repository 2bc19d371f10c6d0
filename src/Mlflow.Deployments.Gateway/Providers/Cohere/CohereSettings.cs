using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Cohere;

/// <summary>The settings of the provider <c>cohere</c>.</summary>
internal sealed record CohereSettings(string Model, Secret Key, string Base) : ProviderSettings
{
    public static CohereSettings Read(SettingsReader reader) => new(
        reader.RequiredModel(), reader.RequiredKey("cohere_api_key"), reader.Address("cohere_api_base", "https://api.cohere.ai/v1"));

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new CohereTranslator(providerName, this, services.TimeProvider), services.Upstream);
}
