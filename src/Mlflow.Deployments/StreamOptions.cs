using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments;

/// <summary>Says what a stream carries beside the answer.</summary>
public sealed record StreamOptions
{
    /// <summary>Gets whether the last chunk tells the tokens used; null leaves it to <see cref="DeployClientOptions.IncludeStreamUsage"/>.</summary>
    public bool? IncludeUsage { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
