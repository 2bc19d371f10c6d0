using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>The settings of the providers <c>openai</c> and <c>azure</c>.</summary>
internal sealed record OpenAISettings(
    OpenAIApiType ApiType, Secret Key, string Base, string? ApiVersion, string? Deployment, string? Organization) : ProviderSettings
{
    private const string KeyName = "openai_api_key";
    private const string TypeName = "openai_api_type";
    private const string BaseName = "openai_api_base";
    private const string VersionName = "openai_api_version";
    private const string DeploymentName = "openai_deployment_name";
    private const string OrganizationName = "openai_organization";
    private const string DefaultBase = "https://api.openai.com/v1";

    public static OpenAISettings Read(SettingsReader reader)
    {
        OpenAIApiType? apiType = ReadType(reader);
        if (apiType == OpenAIApiType.OpenAI && reader.Has(DeploymentName))
        {
            reader.Report(DeploymentName, "is for the types azure and azuread; remove it or set openai_api_type");
        }

        if (apiType is OpenAIApiType.Azure or OpenAIApiType.AzureAD)
        {
            foreach (string name in (string[])[BaseName, DeploymentName, VersionName])
            {
                if (!reader.Has(name))
                {
                    reader.Report(name, $"is missing; {TypeName} '{reader.Text(TypeName)}' needs {BaseName}, {DeploymentName} and {VersionName}");
                }
            }
            if (reader.Has(OrganizationName))
            {
                reader.Report(OrganizationName, "is not for the types azure and azuread; remove it");
            }
        }
        return new OpenAISettings(
            apiType ?? OpenAIApiType.OpenAI,
            reader.RequiredKey(KeyName),
            reader.Address(BaseName, apiType == OpenAIApiType.OpenAI ? DefaultBase : ""),
            reader.Text(VersionName),
            reader.Text(DeploymentName),
            reader.HeaderText(OrganizationName));
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services)
    {
        var headers = new List<(string, Secret)> { ApiType == OpenAIApiType.Azure ? ("api-key", Key) : OpenAIServer.Bearer(Key) };
        if (Organization is not null)
        {
            headers.Add(("OpenAI-Organization", new Secret(Organization)));
        }

        string query = ApiVersion is null ? "" : $"?api-version={Uri.EscapeDataString(ApiVersion)}";
        string responses = ApiType == OpenAIApiType.OpenAI ? $"{Base}/responses" : $"{Base}/openai/responses";
        var server = new OpenAIServer
        {
            Info = new ProviderInfo(providerName, "OpenAI", ProviderCapabilities.All),
            Base = ApiType == OpenAIApiType.OpenAI ? Base : $"{Base}/openai/deployments/{Uri.EscapeDataString(Deployment ?? "")}",
            Query = query,
            // Azure knows the model by its deployment.
            Model = ApiType == OpenAIApiType.OpenAI ? modelName : null,
            PassedModel = ApiType == OpenAIApiType.OpenAI ? null : Deployment,
            MorePassthrough = PassthroughActions.Responses($"{responses}{query}"),
            Headers = headers,
        };
        return new HttpProvider(new OpenAITranslator(server), services.Upstream);
    }

    private static OpenAIApiType? ReadType(SettingsReader reader)
    {
        string text = reader.Text(TypeName) ?? "openai";
        switch (text.ToLowerInvariant())
        {
            case "openai":
                return OpenAIApiType.OpenAI;
            case "azure":
                return OpenAIApiType.Azure;
            case "azuread":
                return OpenAIApiType.AzureAD;
            default:
                reader.Report(TypeName, $"'{text}' is not known; it is openai, azure or azuread");
                return null;
        }
    }
}
