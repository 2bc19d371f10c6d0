using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>Holds a sound.</summary>
public sealed record InputAudio
{
    /// <summary>Gets the sound in base64.</summary>
    public string? Data { get; init; }

    /// <summary>Gets its format, for example <c>wav</c> or <c>mp3</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Describes the sound without its data.</summary>
    /// <returns>The format and the length of the data.</returns>
    public override string ToString() => $"InputAudio {{ Data = {ShortText.Describe(Data)}, Format = {Format} }}";
}
