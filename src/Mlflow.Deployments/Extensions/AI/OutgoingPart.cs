using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Mlflow.Deployments.Json;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Makes one part of a message: a text, an image, a sound, a file, or a part that a server sent and that only the server knows.</summary>
internal static class OutgoingPart
{
    private const string Detail = "detail";

    public static Wire.ContentPart Of(AIContent content, int position) => content switch
    {
        TextContent text => Wire.ContentPart.FromText(text.Text) with { Extra = ExtraOf(text) },
        UriContent uri when uri.HasTopLevelMediaType("image") => Image(uri, uri.Uri.AbsoluteUri),
        DataContent data when data.HasTopLevelMediaType("image") => Image(data, data.Uri),
        DataContent data when data.HasTopLevelMediaType("audio") => Wire.ContentPart.FromInputAudio(data.Base64Data.ToString(), AudioAnswer.FormatOf(data.MediaType)) with { Extra = ExtraOf(data) },
        DataContent { MediaType: "application/pdf" } data => File(data, new() { ["filename"] = data.Name ?? "document.pdf", ["file_data"] = data.Uri }),
        HostedFileContent file => File(file, new() { ["file_id"] = file.FileId }),
        { RawRepresentation: Wire.ContentPart part } => part,
        _ when IncomingContents.UnknownPartOf(content) is { } part => part,
        _ => throw Refusal.OfMessages(
            $"Message {position} holds {Describe(content)}, which chat endpoints have no form for. They take text, images, audio (as data), PDF (as data) and files of the provider."),
    };

    private static string Describe(AIContent? content) => content switch
    {
        null => "a content that is null",
        DataContent data => $"a DataContent of the media type '{data.MediaType}'",
        UriContent uri => $"a UriContent of the media type '{uri.MediaType}'",
        _ => $"a {content.GetType().Name}",
    };

    private static Wire.ContentPart Image(AIContent content, string url) =>
        Wire.ContentPart.FromImageUrl(url, DetailOf(content)) with { Extra = ExtraOf(content) };

    private static string? DetailOf(AIContent content) =>
        content.AdditionalProperties?.TryGetValue(Detail, out var value) is true ? value?.ToString() : null;

    private static Wire.ContentPart File(AIContent content, JsonObject file)
    {
        var extra = ExtraOf(content) ?? new(StringComparer.Ordinal);
        extra["file"] = JsonSerializer.SerializeToElement(file, DeployJson.Default.JsonObject);
        return new() { Type = "file", Extra = extra };
    }

    private static Dictionary<string, JsonElement>? ExtraOf(AIContent content) => Fields.Outgoing(content.AdditionalProperties, "messages", Detail);
}
