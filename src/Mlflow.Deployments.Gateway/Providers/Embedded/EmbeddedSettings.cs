using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>The settings of the provider <c>embedded</c>: its two models need no others than the responder's.</summary>
/// <param name="Responder">Null for the sentence encoder.</param>
internal sealed record EmbeddedSettings(DevResponderSettings? Responder) : ProviderSettings
{
    public static EmbeddedSettings Read(SettingsReader reader)
    {
        string model = reader.Operation == Operation.Embeddings ? SentenceEncoder.ModelName : DevResponder.ModelName;
        if (reader.ModelName != model)
        {
            reader.ReportModel($"'{reader.ModelName}' is no embedded model for {reader.Operation.ToEndpointType()}; write {model}");
        }

        if (reader.Operation == Operation.Embeddings)
        {
            return new EmbeddedSettings(Responder: null);
        }

        var problems = new List<string>();
        DevResponderSettings responder = DevResponderSettings.FromConfig(reader.Values(), problems);
        foreach (string problem in problems)
        {
            reader.ReportSection(problem);
        }

        return new EmbeddedSettings(responder);
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        Responder is { } responder ? new DevProvider(responder, services.TimeProvider) : new SentenceProvider();
}
