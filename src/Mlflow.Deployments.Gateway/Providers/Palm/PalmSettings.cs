using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Palm;

/// <summary>The settings of the provider <c>palm</c>.</summary>
internal sealed record PalmSettings(string Model, Secret Key, string Base) : ProviderSettings
{
    private const string DefaultBase = "https://generativelanguage.googleapis.com/v1beta3/models";

    public static PalmSettings Read(SettingsReader reader) => new(
        reader.RequiredModel(), reader.RequiredKey("palm_api_key"), reader.Address("palm_api_base", DefaultBase));

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new PalmTranslator(providerName, this, services.TimeProvider), services.Upstream);
}
