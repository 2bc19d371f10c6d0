using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.AI21Labs;

/// <summary>The settings of the provider <c>ai21labs</c>.</summary>
internal sealed record AI21LabsSettings(string Model, Secret Key, string Base) : ProviderSettings
{
    private const string DefaultBase = "https://api.ai21.com/studio/v1";

    private static readonly string[] Models = ["j2-ultra", "j2-mid", "j2-light"];

    public static AI21LabsSettings Read(SettingsReader reader)
    {
        string model = reader.RequiredModel();
        if (model.Length > 0 && !Models.Contains(model))
        {
            reader.ReportModel($"'{model}' is not known; it is {string.Join(", ", Models)}");
        }

        return new AI21LabsSettings(model, reader.RequiredKey("ai21labs_api_key"), reader.Address("ai21labs_api_base", DefaultBase));
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(new AI21LabsTranslator(providerName, this, services.TimeProvider), services.Upstream);
}
