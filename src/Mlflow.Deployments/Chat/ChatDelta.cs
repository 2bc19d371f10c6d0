using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>What is new in one of the answers of a stream.</summary>
public sealed record ChatDelta
{
    /// <summary>Gets who speaks; usually on the first chunk only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ChatRole Role { get; init; }

    /// <summary>Gets the new text; of a list of parts the joined text of its text parts; null when there is none.</summary>
    [JsonIgnore]
    public string? Content
    {
        get => Body.Text;
        init => Body = new(value, null);
    }

    /// <summary>Gets the new parts when the server sends a list (reasoning models do), else null.</summary>
    [JsonIgnore]
    public IReadOnlyList<ContentPart>? Parts
    {
        get => Body.Parts;
        init => Body = MessageContent.FromParts(value);
    }

    /// <summary>Gets new pieces of tool calls; null for none.</summary>
    public IReadOnlyList<ToolCall>? ToolCalls { get; init => field = value is null ? null : WireList.Of(value); }

    /// <summary>Gets new words of a refusal; null for none.</summary>
    public string? Refusal { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    [JsonInclude]
    [JsonPropertyName("content")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    internal MessageContent Body { get; init; }

    /// <summary>Describes the delta without its texts.</summary>
    /// <returns>Role and lengths.</returns>
    public override string ToString() => $"ChatDelta {{ Role = {Role}, Content = {ShortText.Describe(Content)}, ToolCalls = {ShortText.Describe(ToolCalls)} }}";
}
