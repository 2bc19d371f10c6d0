using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>The function that the model asks to be called, with its arguments.</summary>
public sealed record FunctionCall
{
    /// <summary>Gets the name of the function; in chunks only on the first piece.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the arguments as JSON text, which the model wrote and which may break the schema; in chunks a piece of that text.</summary>
    public string? Arguments { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Describes the call without its arguments.</summary>
    /// <returns>The name and the length of the arguments.</returns>
    public override string ToString() => $"FunctionCall {{ Name = {Name}, Arguments = {ShortText.Describe(Arguments)} }}";
}
