using System.Buffers;
using System.Numerics.Tensors;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>One layer of the encoder: attention, then the feed-forward part, each with its norm before and its residual around it.</summary>
internal sealed class TransformerLayer
{
    private const int Heads = 4;

    /// <summary>Gets the norm before the attention.</summary>
    public required LayerNorm AttentionNorm { get; init; }

    /// <summary>Gets the projection to query, key and value.</summary>
    public required Dense QueryKeyValue { get; init; }

    /// <summary>Gets the projection of what the heads collected.</summary>
    public required Dense AttentionOutput { get; init; }

    /// <summary>Gets the way of the residual around the attention where the width grows; null where it is the input itself.</summary>
    public required Dense? Projection { get; init; }

    /// <summary>Gets the norm before the feed-forward part.</summary>
    public required LayerNorm FeedForwardNorm { get; init; }

    /// <summary>Gets the first half of the feed-forward part.</summary>
    public required Dense Up { get; init; }

    /// <summary>Gets the second half of the feed-forward part.</summary>
    public required Dense Down { get; init; }

    /// <summary>Applies the layer to all tokens of a sentence.</summary>
    /// <param name="inputs">The tokens' vectors, one after the other.</param>
    /// <param name="count">The number of tokens.</param>
    /// <param name="outputs">The tokens' new vectors; must not overlap the inputs.</param>
    public void Apply(ReadOnlySpan<float> inputs, int count, Span<float> outputs)
    {
        int widest = count * Math.Max(QueryKeyValue.Outputs, Up.Outputs);
        float[] rentedNormed = ArrayPool<float>.Shared.Rent(outputs.Length);
        float[] rentedWide = ArrayPool<float>.Shared.Rent(widest);
        float[] rentedBranch = ArrayPool<float>.Shared.Rent(outputs.Length);
        Span<float> normed = rentedNormed.AsSpan(0, inputs.Length);
        Span<float> wide = rentedWide.AsSpan(0, count * QueryKeyValue.Outputs);
        Span<float> branch = rentedBranch.AsSpan(0, outputs.Length);

        AttentionNorm.Apply(inputs, normed);
        QueryKeyValue.Apply(normed, wide);
        Attend(wide, count, normed);
        AttentionOutput.Apply(normed, branch);
        if (Projection is null)
        {
            inputs.CopyTo(outputs);
        }
        else
        {
            Projection.Apply(inputs, outputs);
        }

        TensorPrimitives.Add(outputs, branch, outputs);

        normed = rentedNormed.AsSpan(0, outputs.Length);
        wide = rentedWide.AsSpan(0, count * Up.Outputs);
        FeedForwardNorm.Apply(outputs, normed);
        Up.Apply(normed, wide);
        TensorPrimitives.Max(wide, 0, wide);
        Down.Apply(wide, branch);
        TensorPrimitives.Add(outputs, branch, outputs);

        ArrayPool<float>.Shared.Return(rentedBranch);
        ArrayPool<float>.Shared.Return(rentedWide);
        ArrayPool<float>.Shared.Return(rentedNormed);
    }

    // A token's part of `projected` is its query, key and value; each of the three is cut into heads of equal width.
    private static void Attend(ReadOnlySpan<float> projected, int count, Span<float> outputs)
    {
        int stride = projected.Length / count;
        int width = stride / 3;
        int headWidth = width / Heads;
        float scale = 1 / MathF.Sqrt(headWidth);
        Span<float> attention = stackalloc float[count];
        outputs.Clear();
        for (int head = 0; head < Heads; head++)
        {
            int query = head * headWidth;
            int key = query + width;
            int value = key + width;
            for (int token = 0; token < count; token++)
            {
                ReadOnlySpan<float> asked = projected.Slice((token * stride) + query, headWidth);
                for (int other = 0; other < count; other++)
                {
                    attention[other] = TensorPrimitives.Dot(asked, projected.Slice((other * stride) + key, headWidth)) * scale;
                }

                // TensorPrimitives.SoftMax does not take the maximum off first, so large values would overflow in it.
                TensorPrimitives.Subtract(attention, TensorPrimitives.Max<float>(attention), attention);
                TensorPrimitives.SoftMax<float>(attention, attention);

                Span<float> sum = outputs.Slice((token * width) + query, headWidth);
                for (int other = 0; other < count; other++)
                {
                    TensorPrimitives.MultiplyAdd(projected.Slice((other * stride) + value, headWidth), attention[other], sum, sum);
                }
            }
        }
    }
}
