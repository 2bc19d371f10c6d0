using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>The settings of the provider <c>anthropic</c>.</summary>
internal sealed record AnthropicSettings(string Model, Secret Key, string Base, string Version) : ProviderSettings
{
    private const string DefaultBase = "https://api.anthropic.com/v1";
    private const string DefaultVersion = "2023-06-01";

    public static AnthropicSettings Read(SettingsReader reader) => new(
        reader.RequiredModel(),
        reader.RequiredKey("anthropic_api_key"),
        reader.Address("anthropic_api_base", DefaultBase),
        reader.HeaderText("anthropic_version") ?? DefaultVersion);

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new AnthropicTranslator(providerName, this, services.TimeProvider), services.Upstream);
}
