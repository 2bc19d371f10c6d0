using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>A fully connected layer: int8 weights, a row for each output, with a scale and a bias each.</summary>
/// <remarks>
/// <para>The number of outputs is a multiple of <see cref="RowsAtOnce"/>, the number of inputs one of the vector width.</para>
/// <para>Rows are widened at each use: a sentence takes 2.5 ms either way, and float weights would take 28 MB of memory instead of 8.</para>
/// </remarks>
internal sealed class Dense(QuantizedMatrix weights, float[] bias)
{
    private const int RowsAtOnce = 4;

    /// <summary>Gets the number of outputs.</summary>
    public int Outputs => weights.Rows;

    /// <summary>Applies the layer to each of the inputs, which lie one after the other.</summary>
    /// <param name="inputs">As many vectors as there are tokens.</param>
    /// <param name="outputs">The same number of vectors, each <see cref="Outputs"/> long.</param>
    public void Apply(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        int width = weights.Columns;
        float[] rented = ArrayPool<float>.Shared.Rent(RowsAtOnce * width);
        Span<float> rows = rented.AsSpan(0, RowsAtOnce * width);
        for (int output = 0; output < Outputs; output += RowsAtOnce)
        {
            for (int row = 0; row < RowsAtOnce; row++)
            {
                weights.Expand(output + row, rows.Slice(row * width, width));
            }

            Span<float> target = outputs[output..];
            for (int start = 0; start < inputs.Length; start += width)
            {
                Multiply(rows, inputs.Slice(start, width), target);
                if (start + width < inputs.Length)
                {
                    target = target[Outputs..];
                }
            }
        }

        ArrayPool<float>.Shared.Return(rented);

        for (int start = 0; start < outputs.Length; start += Outputs)
        {
            weights.Finish(outputs.Slice(start, Outputs), bias);
        }
    }

    // Four rows share each read of the input: 1.5 times as fast as one TensorPrimitives.Dot a row, 1.8 times for 128 tokens.
    // An estimate is a fused operation where the processor has one, and never one made in software.
    private static void Multiply(ReadOnlySpan<float> rows, ReadOnlySpan<float> input, Span<float> sums)
    {
        int width = input.Length;
        ReadOnlySpan<Vector<float>> x = MemoryMarshal.Cast<float, Vector<float>>(input);
        ReadOnlySpan<Vector<float>> a = MemoryMarshal.Cast<float, Vector<float>>(rows[..width])[..x.Length];
        ReadOnlySpan<Vector<float>> b = MemoryMarshal.Cast<float, Vector<float>>(rows.Slice(width, width))[..x.Length];
        ReadOnlySpan<Vector<float>> c = MemoryMarshal.Cast<float, Vector<float>>(rows.Slice(2 * width, width))[..x.Length];
        ReadOnlySpan<Vector<float>> d = MemoryMarshal.Cast<float, Vector<float>>(rows.Slice(3 * width, width))[..x.Length];
        Vector<float> sumA = default, sumB = default, sumC = default, sumD = default;
        for (int i = 0; i < x.Length; i++)
        {
            Vector<float> value = x[i];
            sumA = Vector.MultiplyAddEstimate(a[i], value, sumA);
            sumB = Vector.MultiplyAddEstimate(b[i], value, sumB);
            sumC = Vector.MultiplyAddEstimate(c[i], value, sumC);
            sumD = Vector.MultiplyAddEstimate(d[i], value, sumD);
        }

        sums[0] = Vector.Sum(sumA);
        sums[1] = Vector.Sum(sumB);
        sums[2] = Vector.Sum(sumC);
        sums[3] = Vector.Sum(sumD);
    }
}
