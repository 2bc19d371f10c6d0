namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>A text that is asked, and what comes of it. Written by the batch that asks; read when that batch has left.</summary>
internal sealed class TextSlot(int index, string text)
{
    /// <summary>Gets the first position of the text in the input.</summary>
    public int Index { get; } = index;

    public string Text { get; } = text;

    public ReadOnlyMemory<float> Vector { get; set; }

    /// <summary>Gets or sets why there is no vector.</summary>
    public DeployException? Failure { get; set; }
}
