using System.Text.Json;

namespace Mlflow.Deployments;

/// <summary>An endpoint that can be asked by its name.</summary>
public sealed record DeploymentEndpoint
{
    /// <summary>Gets the name to ask it by.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what it is asked with; its value is null where the server does not say.</summary>
    public EndpointType Type { get; init; }

    /// <summary>Gets the models behind it; empty when the server does not say.</summary>
    public IReadOnlyList<EndpointModel> Models { get; init; } = [];

    /// <summary>Gets the address to ask it at, always absolute; null when the server does not say.</summary>
    public Uri? Url { get; init; }

    /// <summary>Gets how often it may be asked; null for no limit.</summary>
    public EndpointLimit? Limit { get; init; }

    /// <summary>Gets its state in the server's words; null where servers have none (an MLflow gateway).</summary>
    public string? State { get; init; }

    /// <summary>Gets the fields that this type does not know, by their wire names.</summary>
    public IDictionary<string, JsonElement>? Extra { get; init; }
}
