using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Compatible;
using Mlflow.Deployments.Gateway.Providers.OpenAI;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Gateway.Providers.Databricks;

/// <summary>The settings of the providers <c>databricks</c> and <c>databricks-model-serving</c>: what the file does not say comes from Databricks' own chain.</summary>
/// <param name="Target">The workspace and what proves the gateway there; null when there was a problem.</param>
internal sealed record DatabricksSettings(DeployTarget? Target) : ProviderSettings
{
    private const string HostName = "host";
    private const string ServingPath = "/serving-endpoints";

    public static DatabricksSettings Read(SettingsReader reader)
    {
        string? host = reader.Text(HostName)?.TrimEnd('/');
        if (host?.EndsWith(ServingPath, StringComparison.Ordinal) is true)
        {
            host = host[..^ServingPath.Length];
        }

        string? token = reader.Key("token")?.Reveal();
        string? clientId = reader.Text("client_id");
        string? clientSecret = reader.Key("client_secret")?.Reveal();
        // What the file says goes first, as a whole: a token of the environment must not win over the file's client.
        bool hasOwn = token is not null || (clientId is not null && clientSecret is not null);
        Func<string, string?> variable = reader.Sources.Variable;
        try
        {
            DeployTarget target = DatabricksTarget.Resolve("databricks", "", name => name switch
            {
                "DATABRICKS_HOST" => host ?? variable(name),
                "DATABRICKS_TOKEN" => hasOwn ? token : variable(name),
                "DATABRICKS_CLIENT_ID" => clientId ?? (hasOwn ? null : variable(name)),
                "DATABRICKS_CLIENT_SECRET" => clientSecret ?? (hasOwn ? null : variable(name)),
                _ => variable(name),
            });
            if (target is { Credential: null, OAuthClient: null })
            {
                reader.Report("token", "is missing, and so are client_id and client_secret; give one or the other here, in Databricks' environment variables, or in a profile of that host");
            }

            return new DatabricksSettings(target);
        }
        catch (ArgumentException e)
        {
            reader.Report(HostName, $"cannot be used or found. {e.Message}");
            return new DatabricksSettings(Target: null);
        }
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services)
    {
        DeployTarget target = Target!;
        ICredential? credential = target.OAuthClient is { } client
            ? new DatabricksOAuthCredential(client, target, services.TimeProvider)
            : target.Credential;
        string serving = ServingEndpoints(target.ToString());
        var server = new OpenAIServer
        {
            Info = new ProviderInfo(providerName, "Databricks", CompatibleSettings.Capabilities),
            Base = serving,
            Model = modelName,
            MorePassthrough = PassthroughActions.Foreign(
                $"{serving}/responses", $"{serving}/anthropic/v1/messages", $"{serving}/gemini/v1beta/models", modelName),
            Credential = credential is null ? null : new UpstreamCredential(credential, services.Upstream),
            Rewrite = DatabricksContent.Rewrite,
        };
        return new HttpProvider(new OpenAITranslator(server), services.Upstream);
    }

    /// <summary>The address of a workspace's served models.</summary>
    public static string ServingEndpoints(string host) => host.EndsWith(ServingPath, StringComparison.Ordinal) ? host : host + ServingPath;
}
