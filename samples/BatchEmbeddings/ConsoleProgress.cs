using Mlflow.Deployments.Embeddings;

namespace BatchEmbeddings;

/// <summary>Writes a line for each batch. Unlike <see cref="Progress{T}"/> it writes before the texts of the batch are handed out, not some time later.</summary>
internal sealed class ConsoleProgress : IProgress<BatchEmbeddingProgress>
{
    public void Report(BatchEmbeddingProgress value)
    {
        Console.Write($"{value.Done,5}{(value.Total is { } total ? $" of {total}" : string.Empty)} embedded, {value.Failed} refused, {value.TextsPerSecond:0} a second, {value.Tokens} tokens");
        Console.WriteLine(value.TimeLeft is { } left ? $", {left.TotalSeconds:0.0} s left" : string.Empty);
    }
}
