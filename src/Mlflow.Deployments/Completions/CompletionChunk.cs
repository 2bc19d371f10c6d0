using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Completions;

/// <summary>One piece of a streamed completion.</summary>
/// <remarks><c>ToString()</c> tells lengths, never texts.</remarks>
public sealed record CompletionChunk
{
    /// <summary>Gets the provider's id of the answer, the same in every chunk.</summary>
    public string? Id { get; init; }

    /// <summary>Gets what this is, <c>text_completion_chunk</c>.</summary>
    public string? Object { get; init; }

    /// <summary>Gets when the answer was begun, in seconds since 1970-01-01 UTC.</summary>
    public long? Created { get; init; }

    /// <summary>Gets the model that answers, in the provider's words.</summary>
    public string? Model { get; init; }

    /// <summary>Gets the answers that go on in this chunk; empty in a chunk that only tells the usage.</summary>
    public IReadOnlyList<CompletionChoice> Choices { get; init => field = WireList.Of(value); } = [];

    /// <summary>Gets the tokens used; on the last chunk, null before.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Gets the new text of the first answer (index 0); empty when this chunk has none.</summary>
    [JsonIgnore, JsonPropertyName(OwnNames.Text)]
    public string Text
    {
        get
        {
            foreach (var choice in Choices)
            {
                if (choice.Index == 0)
                {
                    return choice.Text ?? string.Empty;
                }
            }

            return string.Empty;
        }
    }

    /// <summary>Describes the chunk without its texts.</summary>
    /// <returns>The id and the length of the new text.</returns>
    public override string ToString() => $"CompletionChunk {{ Id = {Id}, Text = {ShortText.Describe(Text)} }}";
}
