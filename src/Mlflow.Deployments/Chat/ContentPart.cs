using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>One part of a message: a text, an image or a sound. A part of another kind survives in <see cref="Extra"/>.</summary>
public sealed record ContentPart
{
    /// <summary>Gets the kind: <c>text</c>, <c>image_url</c>, <c>input_audio</c>, or one that this version does not know.</summary>
    public string? Type { get; init; }

    /// <summary>Gets the text of a part of kind <c>text</c>, else null.</summary>
    public string? Text { get; init; }

    /// <summary>Gets the image of a part of kind <c>image_url</c>, else null.</summary>
    public ImageUrl? ImageUrl { get; init; }

    /// <summary>Gets the sound of a part of kind <c>input_audio</c>, else null.</summary>
    public InputAudio? InputAudio { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Makes a part that is a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The part.</returns>
    public static ContentPart FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new() { Type = "text", Text = text };
    }

    /// <summary>Makes a part that is an image.</summary>
    /// <param name="url">Where the image is: an <c>https</c> address, or a <c>data:</c> URL that holds it.</param>
    /// <param name="detail">How closely the model looks: <c>low</c>, <c>high</c> or <c>auto</c>; null leaves it to the provider.</param>
    /// <returns>The part.</returns>
    public static ContentPart FromImageUrl(string url, string? detail = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(url);
        return new() { Type = "image_url", ImageUrl = new() { Url = url, Detail = detail } };
    }

    /// <summary>Makes a part that is a sound.</summary>
    /// <param name="data">The sound in base64.</param>
    /// <param name="format">Its format, for example <c>wav</c> or <c>mp3</c>.</param>
    /// <returns>The part.</returns>
    public static ContentPart FromInputAudio(string data, string format)
    {
        ArgumentException.ThrowIfNullOrEmpty(data);
        ArgumentException.ThrowIfNullOrEmpty(format);
        return new() { Type = "input_audio", InputAudio = new() { Data = data, Format = format } };
    }

    /// <summary>Describes the part without what it holds.</summary>
    /// <returns>The kind and the length of the text.</returns>
    public override string ToString() => $"ContentPart {{ Type = {Type}, Text = {ShortText.Describe(Text)} }}";
}
