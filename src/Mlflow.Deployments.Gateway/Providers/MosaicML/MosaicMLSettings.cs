using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.MosaicML;

/// <summary>The settings of the provider <c>mosaicml</c>.</summary>
internal sealed record MosaicMLSettings(string Model, Secret Key, string Base) : ProviderSettings
{
    private const string DefaultBase = "https://models.hosted-on.mosaicml.hosting";
    private const string ChatFamily = "llama2";

    public static MosaicMLSettings Read(SettingsReader reader)
    {
        string model = reader.RequiredModel();
        if (reader.Operation == Operation.Chat && model.Length > 0 && !model.StartsWith(ChatFamily, StringComparison.OrdinalIgnoreCase))
        {
            reader.ReportModel($"'{model}' does not chat; for MosaicML chats the name has to begin with {ChatFamily}");
        }

        return new MosaicMLSettings(model, reader.RequiredKey("mosaicml_api_key"), reader.Address("mosaicml_api_base", DefaultBase));
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new MosaicMLTranslator(providerName, this, services.TimeProvider), services.Upstream);
}
