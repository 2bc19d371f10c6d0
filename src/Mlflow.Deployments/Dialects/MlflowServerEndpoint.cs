using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Dialects;

/// <summary>An endpoint as a tracking server describes it. It comes from protobuf: unset fields are missing, and it has no type.</summary>
internal sealed record MlflowServerEndpoint
{
    public required string Name { get; init; }

    public IReadOnlyList<ModelMapping>? ModelMappings { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    public DeploymentEndpoint ToDeploymentEndpoint(Uri server) => new()
    {
        Name = Name,
        Models = [.. WireList.Of(ModelMappings).Select(mapping => mapping.ToModel())],
        Url = new(server, $"gateway/{Uri.EscapeDataString(Name)}/mlflow/invocations"),
        Extra = Extra,
    };

    /// <summary>A model behind the endpoint, with its share of the calls.</summary>
    internal sealed record ModelMapping
    {
        public ModelDefinition? ModelDefinition { get; init; }

        public double? Weight { get; init; }

        [JsonExtensionData]
        public IDictionary<string, JsonElement>? Extra { get; set; }

        public EndpointModel ToModel() => new() { Name = ModelDefinition?.ModelName, Provider = ModelDefinition?.Provider, Weight = Weight, Extra = Extra };
    }

    /// <summary>Which model of which provider.</summary>
    internal sealed record ModelDefinition
    {
        public string? ModelName { get; init; }

        public string? Provider { get; init; }

        [JsonExtensionData]
        public IDictionary<string, JsonElement>? Extra { get; set; }
    }
}
