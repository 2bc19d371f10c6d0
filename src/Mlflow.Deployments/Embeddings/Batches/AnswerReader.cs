using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Puts vectors into the slots of their texts. A vector in the wrong place is worse than none: count, indices and dimension must fit exactly, in all answers of a run.</summary>
internal sealed class AnswerReader(string endpoint)
{
    private int _dimension;

    /// <summary>Fills the slots; a vector that holds no numbers is the failure of its text alone.</summary>
    public void Fill(ReadOnlySpan<TextSlot> slots, EmbeddingResponse answer)
    {
        EmbeddingFit.Check(answer, slots.Length, endpoint);
        for (var i = 0; i < slots.Length; i++)
        {
            var embedding = answer.Data[i];
            var length = embedding.Vector.Length;
            var expected = Dimension(length);
            if (length == 0 || expected != length)
            {
                throw BatchErrors.Misfit(endpoint, $"has a vector of {length} numbers for text {slots[i].Index}, where others have {expected}");
            }

            if (IsFinite(embedding.Vector.Span))
            {
                slots[i].Vector = embedding.Vector;
            }
            else
            {
                slots[i].Failure = BatchErrors.NotFinite(endpoint);
            }
        }
    }

    // The first vector of the run decides. An exchange for each of them would wait each time until what was written before has left the processor.
    private int Dimension(int length)
    {
        var known = Volatile.Read(ref _dimension);
        if (known == 0)
        {
            known = Interlocked.CompareExchange(ref _dimension, length, 0);
        }

        return known == 0 ? length : known;
    }

    // NaN and the infinities have all bits of the exponent set, and only they. Optimized from the first call on: a short run would be over before its turn.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsFinite(ReadOnlySpan<float> vector)
    {
        const int Exponent = 0x7F800000;
        var exponent = new Vector<int>(Exponent); // Vector.Create is of .NET 9
        var others = Vector<int>.Zero;
        var blocks = MemoryMarshal.Cast<float, Vector<int>>(vector);
        foreach (var block in blocks)
        {
            others |= Vector.Equals(block & exponent, exponent);
        }

        var isFinite = others == Vector<int>.Zero;
        foreach (var number in vector[(blocks.Length * Vector<int>.Count)..])
        {
            isFinite &= float.IsFinite(number);
        }

        return isFinite;
    }
}
