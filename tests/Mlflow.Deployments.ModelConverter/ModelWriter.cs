using System.Security.Cryptography;
using System.Text;
using Mlflow.Deployments.Gateway.Providers.Embedded;

namespace Mlflow.Deployments.ModelConverter;

/// <summary>Writes the layout of <see cref="SentenceModelLayout"/>; the same package always gives the same bytes.</summary>
internal static class ModelWriter
{
    public static byte[] Write(TfjsPackage package)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(SentenceModelLayout.Magic);
        writer.Write(SentenceModelLayout.Version);

        writer.Write(package.Vocabulary.Count);
        foreach ((string text, double score) in package.Vocabulary)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            writer.Write(checked((byte)utf8.Length));
            writer.Write(utf8);
            writer.Write(score);
        }

        WriteMatrix(writer, package.Find("/Embeddings_en"));
        WriteVector(writer, package.Find("/TimingSignal/ExpandDims_1"));
        WriteLayer(writer, package, "/Layer_0/TransformerLayer/", hasProjection: true);
        WriteLayer(writer, package, "/Layer_1/TransformerLayer/", hasProjection: false);
        WriteDense(writer, package, "/tanh_layer_0/weights", "/tanh_layer_0/bias");

        writer.Flush();
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        writer.Flush();
        return stream.ToArray();
    }

    private static void WriteLayer(BinaryWriter writer, TfjsPackage package, string layer, bool hasProjection)
    {
        const string Bias = "/bias/ConcatPartitions/concat";
        string attention = layer + "MultiheadAttention/";
        WriteNorm(writer, package, layer + "layer_prepostprocess/layer_norm/layer_norm_");
        WriteDense(writer, package, attention + "qkv_transform_single/kernel/part_0", attention + "qkv_transform_single" + Bias);
        WriteDense(writer, package, attention + "output_transform_single/kernel/part_0", attention + "output_transform_single" + Bias);
        if (hasProjection)
        {
            WriteDense(writer, package, layer + "dense/kernel/ConcatPartitions/concat", layer + "dense" + Bias);
        }

        WriteNorm(writer, package, layer + "FFN/layer_prepostprocess/layer_norm/layer_norm_");
        WriteDense(writer, package, layer + "FFN/conv1/Tensordot/Reshape_1", layer + "FFN/conv1" + Bias);
        WriteDense(writer, package, layer + "FFN/conv2/Tensordot/Reshape_1", layer + "FFN/conv2" + Bias);
    }

    private static void WriteNorm(BinaryWriter writer, TfjsPackage package, string name)
    {
        WriteVector(writer, package.Find(name + "scale/ConcatPartitions/concat"));
        WriteVector(writer, package.Find(name + "bias/ConcatPartitions/concat"));
    }

    private static void WriteDense(BinaryWriter writer, TfjsPackage package, string kernel, string bias)
    {
        WriteMatrix(writer, package.Find(kernel).Transpose());
        WriteVector(writer, package.Find(bias));
    }

    private static void WriteVector(BinaryWriter writer, Tensor vector)
    {
        writer.Write(vector.Values.Length);
        foreach (float value in vector.Values)
        {
            writer.Write(value);
        }
    }

    private static void WriteMatrix(BinaryWriter writer, Tensor matrix)
    {
        int columns = matrix.Columns;
        float[] scales = [.. matrix.Values.Chunk(columns).Select(row => row.Max(MathF.Abs) / sbyte.MaxValue)];
        writer.Write(matrix.Rows);
        writer.Write(columns);
        foreach (float scale in scales)
        {
            writer.Write(scale);
        }

        for (int i = 0; i < matrix.Values.Length; i++)
        {
            writer.Write(Quantize(matrix.Values[i], scales[i / columns]));
        }
    }

    // Division and rounding to even are exact in IEEE 754, so every machine writes the same byte. A row of zeros has the scale 0.
    private static sbyte Quantize(float value, float scale) =>
        scale == 0 ? (sbyte)0 : (sbyte)MathF.Round(value / scale, MidpointRounding.ToEven);
}
