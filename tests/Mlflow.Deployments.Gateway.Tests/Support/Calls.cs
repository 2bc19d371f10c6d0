using System.Text;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;

namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>Calls for what is tested without a gateway around it.</summary>
internal static class Calls
{
    public static ProviderCall Chat(string body = "{}", bool isStream = false) => Create(Operation.Chat, body, isStream);

    public static ProviderCall Create(Operation operation, string body, bool isStream = false) => new()
    {
        Endpoint = new EndpointConfig("e", operation, new ModelConfig("m", "p", new NoSettings()), Limit: null),
        Operation = operation,
        IsStream = isStream,
        Body = Encoding.UTF8.GetBytes(body),
    };

    private sealed record NoSettings : ProviderSettings
    {
        public override IProvider Build(string providerName, string? modelName, ProviderServices services) => throw new NotSupportedException();
    }
}
