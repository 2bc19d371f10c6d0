using System.Numerics.Tensors;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>Brings each token's vector to mean 0 and variance 1, then to the learned scale and bias.</summary>
internal sealed class LayerNorm(float[] scale, float[] bias)
{
    private const float Epsilon = 1e-6f;

    /// <summary>Normalises each of the inputs, which lie one after the other.</summary>
    public void Apply(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        int width = scale.Length;
        for (int start = 0; start < inputs.Length; start += width)
        {
            ReadOnlySpan<float> input = inputs.Slice(start, width);
            Span<float> output = outputs.Slice(start, width);
            TensorPrimitives.Subtract(input, TensorPrimitives.Sum(input) / width, output);
            float variance = TensorPrimitives.SumOfSquares<float>(output) / width;
            TensorPrimitives.Multiply(output, 1 / MathF.Sqrt(variance + Epsilon), output);
            TensorPrimitives.MultiplyAdd(output, scale, bias, output);
        }
    }
}
