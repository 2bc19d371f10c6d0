using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.HuggingFace;

/// <summary>The settings of the provider <c>huggingface-text-generation-inference</c>.</summary>
internal sealed record HuggingFaceSettings(string Server) : ProviderSettings
{
    public static HuggingFaceSettings Read(SettingsReader reader) => new(reader.RequiredAddress("hf_server_url"));

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new HuggingFaceTranslator(providerName, modelName, this, services.TimeProvider), services.Upstream);
}
