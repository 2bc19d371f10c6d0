using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Embeddings;

/// <summary>Asks an embeddings endpoint for vectors.</summary>
/// <remarks>
/// Immutable: one request may be sent many times in parallel. There is no model: the endpoint names it. For more texts than a server
/// takes at once use <c>EmbedAsync</c>. Source: MLflow AI Gateway 3.11, <c>POST /gateway/{endpoint}/invocations</c>.
/// </remarks>
public sealed record EmbeddingRequest
{
    /// <summary>Makes a request; set <see cref="Input"/>.</summary>
    [JsonConstructor]
    public EmbeddingRequest()
    {
    }

    /// <summary>Makes a request for the vector of one text.</summary>
    /// <param name="text">The text.</param>
    [SetsRequiredMembers]
    public EmbeddingRequest(string text) => Input = new(text);

    /// <summary>Makes a request for the vectors of several texts.</summary>
    /// <param name="texts">The texts.</param>
    [SetsRequiredMembers]
    public EmbeddingRequest(IReadOnlyList<string> texts) => Input = new(texts);

    /// <summary>Makes a request for the vector of one text as token ids.</summary>
    /// <param name="tokens">The ids in the model's vocabulary.</param>
    [SetsRequiredMembers]
    public EmbeddingRequest(IReadOnlyList<int> tokens) => Input = new(tokens);

    /// <summary>Makes a request for the vectors of several texts as token ids.</summary>
    /// <param name="tokenLists">The ids of each text in the model's vocabulary.</param>
    [SetsRequiredMembers]
    public EmbeddingRequest(IReadOnlyList<IReadOnlyList<int>> tokenLists) => Input = new(tokenLists);

    /// <summary>Gets what is turned into vectors.</summary>
    public required EmbeddingInput Input { get; init; }

    /// <summary>Gets how the vectors travel; null leaves it to the server (as numbers). Either way the client returns floats.</summary>
    public EmbeddingEncodingFormat? EncodingFormat { get; init; }

    /// <summary>Gets or sets more parameters, by their wire names; the server passes them on to the provider (<c>seed</c>, <c>logprobs</c>, a vendor's own).</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
