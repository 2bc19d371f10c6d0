using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>A tool that the model may ask to be called.</summary>
public sealed record ChatTool
{
    /// <summary>Gets the kind: <c>function</c>, or one that the provider knows (<c>uc_function</c> on Databricks).</summary>
    public string? Type { get; init; }

    /// <summary>Gets the function of a tool of kind <c>function</c>.</summary>
    public FunctionDefinition? Function { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Makes a tool that is a function.</summary>
    /// <param name="name">Its name: letters, digits, <c>_</c> and <c>-</c>.</param>
    /// <param name="description">What it does and when to call it; the model reads this.</param>
    /// <param name="parameters">A JSON schema of its arguments, copied; null for a function without arguments.</param>
    /// <returns>The tool.</returns>
    public static ChatTool FromFunction(string name, string? description = null, JsonObject? parameters = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new()
        {
            Type = "function",
            Function = new() { Name = name, Description = description, Parameters = JsonSnapshot.Of(parameters) },
        };
    }
}
