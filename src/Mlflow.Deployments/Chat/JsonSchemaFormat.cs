using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Chat;

/// <summary>A named JSON schema.</summary>
public sealed record JsonSchemaFormat
{
    /// <summary>Gets the name of the schema.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the schema.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>Gets whether the model must keep to it exactly; null leaves it to the server.</summary>
    public bool? Strict { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
