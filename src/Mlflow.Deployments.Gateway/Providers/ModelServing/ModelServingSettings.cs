using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.ModelServing;

/// <summary>The settings of the provider <c>mlflow-model-serving</c>.</summary>
internal sealed record ModelServingSettings(string Server) : ProviderSettings
{
    public static ModelServingSettings Read(SettingsReader reader) => new(reader.RequiredAddress("model_server_url"));

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new ModelServingTranslator(providerName, modelName, this, services.TimeProvider), services.Upstream);
}
