namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Texts that leave together, in input order.</summary>
internal sealed class TextBatch(int number)
{
    /// <summary>Gets the place of the batch among the others, from 0.</summary>
    public int Number { get; } = number;

    /// <summary>Gets the texts; the slot of one that was seen before belongs to an earlier batch, which leaves before this one.</summary>
    public List<(int Index, TextSlot Slot)> Items { get; } = [];

    /// <summary>Gets what this batch asks.</summary>
    public List<TextSlot> Asked { get; } = [];

    /// <summary>Gets or sets what ends when every slot that it asks is filled, or the run has failed. It never fails itself.</summary>
    public Task Done { get; set; } = Task.CompletedTask;
}
