using System.Numerics.Tensors;

namespace Quickstart;

/// <summary>Prints the cosine of each pair: 1 is the same meaning, 0 nothing in common.</summary>
internal static class SimilarityTable
{
    public static void Print(IReadOnlyList<string> texts, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        var width = texts.Max(text => text.Length);
        for (var row = 0; row < texts.Count; row++)
        {
            Console.Write(texts[row].PadRight(width));
            for (var column = 0; column <= row; column++)
            {
                Console.Write($"{TensorPrimitives.CosineSimilarity(vectors[row].Span, vectors[column].Span),7:0.00}");
            }

            Console.WriteLine();
        }
    }
}
