using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Chat;

/// <summary>Describes a function to the model.</summary>
public sealed record FunctionDefinition
{
    /// <summary>Gets its name.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what it does and when to call it.</summary>
    public string? Description { get; init; }

    /// <summary>Gets a JSON schema of its arguments; null for none.</summary>
    public JsonElement? Parameters { get; init; }

    /// <summary>Gets whether the model must keep to the schema; null leaves it to the provider.</summary>
    public bool? Strict { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
