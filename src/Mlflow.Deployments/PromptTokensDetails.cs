using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments;

/// <summary>Breaks the tokens read down.</summary>
public sealed record PromptTokensDetails
{
    /// <summary>Gets the number of tokens that the provider read from its prompt cache.</summary>
    public int? CachedTokens { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
