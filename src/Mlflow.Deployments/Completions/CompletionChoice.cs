using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Completions;

/// <summary>One of the answers to a completions request, or what a chunk adds to it.</summary>
public sealed record CompletionChoice
{
    /// <summary>Gets the position among the answers, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Gets the text that the model went on with; in a chunk the new piece of it.</summary>
    public string? Text { get; init; }

    /// <summary>Gets why the model stopped; its value is null while the answer goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public FinishReason FinishReason { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Describes the answer without its text.</summary>
    /// <returns>The index, the length of the text and the reason.</returns>
    public override string ToString() => $"CompletionChoice {{ Index = {Index}, Text = {ShortText.Describe(Text)}, FinishReason = {FinishReason} }}";
}
