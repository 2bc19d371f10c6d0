using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments;

/// <summary>A model behind an endpoint.</summary>
public sealed record EndpointModel
{
    /// <summary>Gets the provider's name of the model; null when the server does not say.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the provider, for example <c>openai</c>; any text, also of providers that this version does not know.</summary>
    public string? Provider { get; init; }

    /// <summary>Gets the model's share of the calls where an endpoint has several, in the server's unit; null where it has one.</summary>
    public double? Weight { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
