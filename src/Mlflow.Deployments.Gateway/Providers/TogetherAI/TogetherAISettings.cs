using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.TogetherAI;

/// <summary>The settings of the provider <c>togetherai</c>.</summary>
internal sealed record TogetherAISettings(string Model, Secret Key, string Base) : ProviderSettings
{
    public static TogetherAISettings Read(SettingsReader reader) => new(
        reader.RequiredModel(), reader.RequiredKey("togetherai_api_key"), reader.Address("togetherai_api_base", "https://api.together.xyz/v1"));

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new TogetherAITranslator(providerName, this, services.TimeProvider), services.Upstream);
}
