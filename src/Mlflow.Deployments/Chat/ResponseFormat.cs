using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>Says what form the answer must have.</summary>
public sealed record ResponseFormat
{
    /// <summary>Gets the format of plain text.</summary>
    public static ResponseFormat Text { get; } = new() { Type = "text" };

    /// <summary>Gets the format of any JSON object.</summary>
    public static ResponseFormat JsonObject { get; } = new() { Type = "json_object" };

    /// <summary>Gets the kind: <c>text</c>, <c>json_object</c>, <c>json_schema</c>, or one that the provider knows.</summary>
    public string? Type { get; init; }

    /// <summary>Gets the schema of the kind <c>json_schema</c>.</summary>
    public JsonSchemaFormat? JsonSchema { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Makes the format of JSON that keeps to a schema.</summary>
    /// <param name="name">A name for the schema: letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <param name="schema">The JSON schema, copied.</param>
    /// <param name="strict">Whether the model must keep to it exactly; null leaves it to the server (an MLflow gateway takes true).</param>
    /// <returns>The format.</returns>
    public static ResponseFormat ForJsonSchema(string name, JsonNode schema, bool? strict = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(schema);
        return new() { Type = "json_schema", JsonSchema = new() { Name = name, Schema = JsonSnapshot.Of(schema), Strict = strict } };
    }
}
