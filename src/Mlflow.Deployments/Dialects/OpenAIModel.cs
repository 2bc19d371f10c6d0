using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Dialects;

/// <summary>A model as OpenAI's API describes it.</summary>
internal sealed record OpenAIModel
{
    public required string Id { get; init; }

    public string? OwnedBy { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    public DeploymentEndpoint ToDeploymentEndpoint() => new()
    {
        Name = Id,
        Models = [new() { Name = Id, Provider = OwnedBy }],
        Extra = Extra,
    };
}
