using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

/// <summary>The target <c>openai</c>: OpenAI or Azure OpenAI, as the environment says.</summary>
internal static class OpenAITarget
{
    public const string ApiVersionQuery = "?api-version=";

    private const string DefaultBase = "https://api.openai.com/v1";

    public static bool IsHost(string host) => host.Equals("api.openai.com", StringComparison.OrdinalIgnoreCase);

    public static DeployTarget FromEnvironment(string argumentName, Func<string, string?> read)
    {
        var type = (Read("OPENAI_API_TYPE") ?? "openai").ToUpperInvariant();
        if (type is not ("OPENAI" or "AZURE" or "AZUREAD"))
        {
            throw new ArgumentException($"OPENAI_API_TYPE is '{read("OPENAI_API_TYPE")}'; it must be openai, azure or azuread.", argumentName);
        }

        var isAzure = type != "OPENAI";
        var address = Read("OPENAI_API_BASE") ?? (isAzure ? throw Missing("OPENAI_API_BASE") : DefaultBase);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !DeployTarget.IsWebAddress(uri))
        {
            throw new ArgumentException("OPENAI_API_BASE is no http or https URL.", argumentName);
        }

        var usesApiKeyHeader = type == "AZURE";
        return new()
        {
            Address = DeployTarget.Base(uri),
            Dialect = DeployDialect.OpenAI,
            AzureApiVersion = isAzure ? Read("OPENAI_API_VERSION") ?? throw Missing("OPENAI_API_VERSION") : null,
            AzureDeployment = isAzure ? Read("OPENAI_DEPLOYMENT_NAME") : null,
            UsesApiKeyHeader = usesApiKeyHeader,
            Credential = Read("OPENAI_API_KEY") is not { } key ? null : usesApiKeyHeader ? HeaderCredential.ApiKey(key) : HeaderCredential.Bearer(key),
        };

        string? Read(string name) => read(name) is { Length: > 0 } value ? value : null;

        ArgumentException Missing(string name) => new($"The target 'openai' with OPENAI_API_TYPE={type.ToLowerInvariant()} needs the environment variable {name}.", argumentName);
    }
}
