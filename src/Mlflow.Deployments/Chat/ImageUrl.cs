using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>Says where an image is.</summary>
public sealed record ImageUrl
{
    /// <summary>Gets the address of the image, or a <c>data:</c> URL that holds it. A text, because data URLs are longer than <see cref="Uri"/> allows.</summary>
    public string? Url { get; init; }

    /// <summary>Gets how closely the model looks: <c>low</c>, <c>high</c> or <c>auto</c>; null leaves it to the provider.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Describes the image without its address.</summary>
    /// <returns>The length of the address.</returns>
    public override string ToString() => $"ImageUrl {{ Url = {ShortText.Describe(Url)}, Detail = {Detail} }}";
}
