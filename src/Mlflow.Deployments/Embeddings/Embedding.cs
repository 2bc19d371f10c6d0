using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Embeddings;

/// <summary>The vector of one input.</summary>
public sealed record Embedding
{
    /// <summary>Gets what this is, <c>embedding</c>.</summary>
    public string? Object { get; init; }

    /// <summary>Gets which input the vector belongs to, from 0.</summary>
    public int Index { get; init; }

    /// <summary>Gets the vector; its length is the model's dimension. Numbers and base64 on the wire give the same.</summary>
    [JsonPropertyName("embedding")]
    [JsonConverter(typeof(EmbeddingVectorConverter))]
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>Gets or sets the fields that this type does not know, by their wire names.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>Describes the vector without its numbers.</summary>
    /// <returns>The index and the dimension.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Embedding {{ Index = {Index}, Vector = {Vector.Length} floats }}");
}
