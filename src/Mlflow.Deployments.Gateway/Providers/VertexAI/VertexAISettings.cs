using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.VertexAI;

/// <summary>The settings of the provider <c>vertex_ai</c>.</summary>
internal sealed record VertexAISettings(string Model, string Project, string Location, string Host, GoogleCredential Credential) : ProviderSettings
{
    private const string LocationName = "vertex_location";
    private const string GlobalLocation = "global";

    public static VertexAISettings Read(SettingsReader reader)
    {
        string location = reader.Text(LocationName) ?? GlobalLocation;
        if (location.Length == 0 || !location.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            // It becomes part of the host's name, where a slip would send the token elsewhere.
            reader.Report(LocationName, $"'{location}' is no location; it is a name such as us-central1, or {GlobalLocation}");
        }

        string prefix = location == GlobalLocation ? "" : $"{location}-";
        return new VertexAISettings(
            reader.RequiredModel(),
            reader.RequiredText("vertex_project"),
            location,
            reader.Address("vertex_api_base", $"https://{prefix}aiplatform.googleapis.com"),
            GoogleCredentialReader.Read(reader, "vertex_credentials"));
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new HttpProvider(
            new VertexAITranslator(providerName, this, new GoogleTokenSource(Credential, services), services.TimeProvider), services.Upstream);
}
