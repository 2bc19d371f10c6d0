using System.Globalization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Embeddings;

/// <summary>A text of a batch with its vector, or with the reason why it has none.</summary>
public sealed record EmbeddedText
{
    /// <summary>Gets the position of the text in the input, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Gets the text.</summary>
    public required string Text { get; init; }

    /// <summary>Gets the vector; its length is the model's dimension. Empty when there is an <see cref="Error"/>.</summary>
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>Gets why the text has no vector; null when it has one. Only <see cref="BatchEmbeddingOptions.ContinueOnError"/> lets errors come here.</summary>
    public DeployException? Error { get; init; }

    /// <summary>Describes the text and the vector by their lengths.</summary>
    /// <returns>The position, and what there is.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"EmbeddedText {{ Index = {Index}, Text = {ShortText.Describe(Text)}, {(Error is null ? $"Vector = {Vector.Length} floats" : $"Error = {Error.GetType().Name}")} }}");
}
