using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Dialects;

/// <summary>
/// An endpoint as Databricks describes it. It comes from protobuf: unset fields are missing. What has no property in <see cref="DeploymentEndpoint"/>
/// stays in its extra fields, and so do the objects of which only a part has one (<c>config</c>, <c>state</c>, <c>ai_gateway</c>).
/// </summary>
internal sealed record DatabricksEndpoint
{
    public required string Name { get; init; }

    public string? Task { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <param name="server">The target's address, which ends with a slash.</param>
    /// <exception cref="JsonException">A field has not the form that Databricks gives it.</exception>
    public DeploymentEndpoint ToDeploymentEndpoint(Uri server) => new()
    {
        Name = Name,
        Type = new(Task),
        Models = Part("config", DeployJson.Default.DatabricksConfig)?.ToModels() ?? [],
        Url = new(server, $"serving-endpoints/{Uri.EscapeDataString(Name)}/invocations"),
        Limit = Part("ai_gateway", DeployJson.Default.DatabricksLimits)?.First() ?? OwnLimit(),
        State = Extra?.TryGetValue("state", out var state) is true && state is { ValueKind: JsonValueKind.Object } && state.TryGetProperty("ready", out var ready)
            && ready.ValueKind == JsonValueKind.String ? ready.GetString() : null,
        Extra = Extra,
    };

    private T? Part<T>(string name, JsonTypeInfo<T> type)
        where T : class =>
        Extra?.TryGetValue(name, out var part) is true ? part.Deserialize(type) : null;

    // Before there was an AI Gateway, limits stood beside the configuration.
    private EndpointLimit? OwnLimit() => new DatabricksLimits { RateLimits = Part("rate_limits", DeployJson.Default.IReadOnlyListRateLimit) }.First();
}
