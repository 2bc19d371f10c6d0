using System.Buffers;
using System.Numerics.Tensors;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>Turns an English sentence into a vector of 512 numbers: the model <c>use-lite-en</c> (Universal Sentence Encoder Lite, int8).</summary>
/// <remarks>Thread-safe and immutable once loaded. The same text gives the same vector, bit for bit, on the same machine.</remarks>
internal sealed class SentenceEncoder
{
    /// <summary>The name of the model in configurations and answers.</summary>
    public const string ModelName = "use-lite-en";

    /// <summary>The length of a vector.</summary>
    public const int Dimension = SentenceModelLayout.OutputWidth;

    /// <summary>The number of tokens that are read of a text; the rest is left out, as in the original model.</summary>
    public const int MaxTokens = 128;

    /// <summary>The name of the assembly's resource that holds the model.</summary>
    public const string ResourceName = "use-lite-en.int8.bin";

    private static readonly Lazy<SentenceEncoder> LazyShared = new(LoadResource);

    private readonly QuantizedMatrix _tokens;
    private readonly float[] _frequencies;
    private readonly TransformerLayer _first;
    private readonly TransformerLayer _second;
    private readonly Dense _pooled;

    private SentenceEncoder(ReadOnlySpan<byte> file)
    {
        const int Width = SentenceModelLayout.EmbeddingWidth;
        var reader = new SentenceModelReader(file);
        Tokenizer = new UnigramTokenizer(reader.ReadVocabulary(), UnigramTokenizer.RuntimeCanNormalize);
        _tokens = reader.ReadMatrix(SentenceModelLayout.TokenRows, Width);
        _frequencies = reader.ReadVector(Width / 2);
        _first = reader.ReadLayer(Width, Dimension);
        _second = reader.ReadLayer(Dimension, Dimension);
        _pooled = reader.ReadDense(Dimension, Dimension);
        reader.ExpectEnd();
    }

    /// <summary>Gets the encoder of the process. It is loaded at the first use, once.</summary>
    public static SentenceEncoder Shared => LazyShared.Value;

    /// <summary>Gets the tokenizer of the model.</summary>
    public UnigramTokenizer Tokenizer { get; }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="InvalidDataException">The file is not a model file, is damaged, or has another version.</exception>
    public static SentenceEncoder Load(ReadOnlySpan<byte> file) => new(file);

    /// <summary>Tells whether a text is empty or only white space: its vector would mean nothing, so a request with it deserves status 400.</summary>
    public static bool IsBlank(string text) => string.IsNullOrWhiteSpace(text);

    /// <summary>Tells whether <see cref="Encode(string)"/> accepts a text.</summary>
    public bool CanEncode(string text) => !IsBlank(text) && Tokenizer.CanNormalize(text);

    /// <summary>Counts the tokens of a text, those behind <see cref="MaxTokens"/> included.</summary>
    public int CountTokens(string text) => Tokenizer.Encode(text).Count;

    /// <summary>Returns the vector of a text; its length is 1.</summary>
    /// <param name="text">English text. What lies behind its first <see cref="MaxTokens"/> tokens does not change the vector.</param>
    /// <exception cref="ArgumentException">The text is blank (<see cref="IsBlank"/>).</exception>
    /// <exception cref="NotSupportedException">
    /// The text is not ASCII and the process runs with invariant globalization, where it would get another vector.
    /// </exception>
    public float[] Encode(string text) => Encode(text, out _);

    /// <summary>Returns the vector of a text and the number of tokens that were read, at most <see cref="MaxTokens"/>.</summary>
    /// <inheritdoc cref="Encode(string)"/>
    public float[] Encode(string text, out int count)
    {
        if (IsBlank(text))
        {
            throw new ArgumentException("The text is empty or white space; it has no meaningful vector.", nameof(text));
        }

        if (!Tokenizer.CanNormalize(text))
        {
            throw new NotSupportedException(
                "The process runs with invariant globalization, so text that is not ASCII cannot be normalised and would get a wrong vector. " +
                "Install ICU and set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0, or send ASCII text only.");
        }

        IReadOnlyList<int> ids = Tokenizer.Encode(text, MaxTokens);
        count = ids.Count;
        float[] rentedInput = ArrayPool<float>.Shared.Rent(count * Dimension);
        float[] rentedOutput = ArrayPool<float>.Shared.Rent(count * Dimension);
        Span<float> input = rentedInput.AsSpan(0, count * SentenceModelLayout.EmbeddingWidth);
        Span<float> output = rentedOutput.AsSpan(0, count * Dimension);

        Embed(ids, input);
        _first.Apply(input, count, output);
        input = rentedInput.AsSpan(0, count * Dimension);
        _second.Apply(output, count, input);
        float[] vector = Pool(input);

        ArrayPool<float>.Shared.Return(rentedOutput);
        ArrayPool<float>.Shared.Return(rentedInput);
        return vector;
    }

    private static SentenceEncoder LoadResource()
    {
        using Stream resource = typeof(SentenceEncoder).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidDataException($"The assembly was built without its resource '{ResourceName}'.");
        var file = new byte[resource.Length];
        resource.ReadExactly(file);
        return new SentenceEncoder(file);
    }

    // A token's vector is twice its row of the table (the factor is part of the graph), plus a signal that tells its position.
    private void Embed(IReadOnlyList<int> ids, Span<float> destination)
    {
        const int Width = SentenceModelLayout.EmbeddingWidth;
        Span<float> angles = stackalloc float[Width / 2];
        Span<float> timing = stackalloc float[Width];
        for (int position = 0; position < destination.Length / Width; position++)
        {
            Span<float> token = destination.Slice(position * Width, Width);
            float scale = _tokens.Expand(ids[position], token);
            TensorPrimitives.Multiply(_frequencies, position, angles);
            TensorPrimitives.Sin(angles, timing);
            TensorPrimitives.Cos(angles, timing[(Width / 2)..]);
            TensorPrimitives.MultiplyAdd(token, 2 * scale, timing, token);
        }
    }

    private float[] Pool(ReadOnlySpan<float> tokens)
    {
        var mean = new float[Dimension];
        for (int start = 0; start < tokens.Length; start += Dimension)
        {
            TensorPrimitives.Add(mean, tokens.Slice(start, Dimension), mean);
        }

        TensorPrimitives.Divide(mean, tokens.Length / Dimension, mean);

        var vector = new float[Dimension];
        _pooled.Apply(mean, vector);
        TensorPrimitives.Tanh(vector, vector);
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }
}
