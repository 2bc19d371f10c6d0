using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Compatible;
using Mlflow.Deployments.Gateway.Providers.Databricks;
using Mlflow.Deployments.Gateway.Providers.OpenAI;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.LiteLLM;

/// <summary>
/// The settings of the provider <c>litellm</c>. MLflow calls the Python library of that name; here a LiteLLM proxy is asked, which speaks
/// OpenAI's form.
/// </summary>
/// <param name="Provider">LiteLLM's name of the provider behind it, which goes before the model's; null: none.</param>
/// <param name="Key">The key of the proxy; null: none.</param>
/// <param name="Base">The address of the proxy.</param>
internal sealed record LiteLLMSettings(string? Provider, Secret? Key, string Base) : ProviderSettings
{
    private const string SectionName = "litellm_auth_config";
    private const string BaseName = "api_base";

    public static LiteLLMSettings Read(SettingsReader reader)
    {
        string? provider = reader.Text("litellm_provider");
        SettingsReader section = reader.Section(SectionName);
        if (!section.Has(BaseName))
        {
            section.Report(BaseName, "is missing; give the address of a LiteLLM proxy, because this gateway has no LiteLLM library");
        }

        string address = section.Address(BaseName, "");
        return new LiteLLMSettings(
            string.IsNullOrEmpty(provider) ? null : provider,
            section.Key("api_key"),
            provider == "databricks" ? DatabricksSettings.ServingEndpoints(address) : address);
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services)
    {
        string? model = Provider is null || modelName is null ? modelName : $"{Provider}/{modelName}";
        string root = Base.EndsWith("/v1", StringComparison.Ordinal) ? Base[..^3] : Base;
        var server = new OpenAIServer
        {
            Info = new ProviderInfo(providerName, "LiteLLM", CompatibleSettings.Capabilities),
            Base = Base,
            Model = model,
            MorePassthrough = PassthroughActions.Foreign($"{Base}/responses", $"{root}/v1/messages", $"{root}/v1beta/models", model),
            Headers = Key is null ? [] : [OpenAIServer.Bearer(Key)],
        };
        return new HttpProvider(new OpenAITranslator(server), services.Upstream);
    }
}
