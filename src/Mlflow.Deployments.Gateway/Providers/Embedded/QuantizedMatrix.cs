using System.Numerics;
using System.Numerics.Tensors;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>A matrix of int8 values with a float scale for each row.</summary>
internal sealed class QuantizedMatrix(int rows, int columns, float[] scales, sbyte[] values)
{
    /// <summary>Gets the number of rows.</summary>
    public int Rows => rows;

    /// <summary>Gets the length of a row.</summary>
    public int Columns => columns;

    /// <summary>Writes the values of a row as floats, still to be multiplied by the scale.</summary>
    /// <returns>The scale of the row.</returns>
    public float Expand(int row, Span<float> destination)
    {
        ReadOnlySpan<sbyte> source = values.AsSpan(row * columns, columns);

        // Widened by hand: TensorPrimitives converts int8 to float one value at a time.
        int i = 0;
        for (; i <= columns - Vector<sbyte>.Count; i += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(source[i..]), out Vector<short> low, out Vector<short> high);
            Vector.Widen(low, out Vector<int> first, out Vector<int> second);
            Vector.Widen(high, out Vector<int> third, out Vector<int> fourth);
            Span<float> target = destination[i..];
            Vector.ConvertToSingle(first).CopyTo(target);
            Vector.ConvertToSingle(second).CopyTo(target[Vector<int>.Count..]);
            Vector.ConvertToSingle(third).CopyTo(target[(2 * Vector<int>.Count)..]);
            Vector.ConvertToSingle(fourth).CopyTo(target[(3 * Vector<int>.Count)..]);
        }

        for (; i < columns; i++)
        {
            destination[i] = source[i];
        }

        return scales[row];
    }

    /// <summary>Multiplies each value by the scale of its row and adds the bias.</summary>
    public void Finish(Span<float> values, ReadOnlySpan<float> bias) => TensorPrimitives.MultiplyAdd(values, scales, bias, values);
}
