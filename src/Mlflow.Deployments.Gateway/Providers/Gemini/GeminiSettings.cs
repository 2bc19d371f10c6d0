using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>The settings of the provider <c>gemini</c>.</summary>
internal sealed record GeminiSettings(string Model, Secret Key, string Base) : ProviderSettings
{
    private const string DefaultBase = "https://generativelanguage.googleapis.com/v1beta/models";

    public static GeminiSettings Read(SettingsReader reader) => new(
        reader.RequiredModel(), reader.RequiredKey("gemini_api_key"), reader.Address("gemini_api_base", DefaultBase));

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new GeminiTranslator(providerName, this, services.TimeProvider), services.Upstream);
}
