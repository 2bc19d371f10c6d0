using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>Reads the parts of a model file one after the other, in the order of <see cref="SentenceModelLayout"/>.</summary>
/// <remarks>Everything that is not as described throws <see cref="InvalidDataException"/>; a wrong vector would show nowhere.</remarks>
internal ref struct SentenceModelReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Checks magic, version and checksum, and stands behind them.</summary>
    public SentenceModelReader(ReadOnlySpan<byte> file)
    {
        int header = SentenceModelLayout.Magic.Length + sizeof(int);
        if (file.Length < header + SentenceModelLayout.ChecksumLength || !file.StartsWith(SentenceModelLayout.Magic))
        {
            throw new InvalidDataException("This is not a sentence encoder's model file.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(file[SentenceModelLayout.Magic.Length..]);
        if (version != SentenceModelLayout.Version)
        {
            throw new InvalidDataException($"The model file has version {version}; this build reads version {SentenceModelLayout.Version}.");
        }

        ReadOnlySpan<byte> body = file[..^SentenceModelLayout.ChecksumLength];
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(file[^SentenceModelLayout.ChecksumLength..]))
        {
            throw new InvalidDataException("The model file is damaged or cut off: its checksum does not fit.");
        }

        _rest = body[header..];
    }

    /// <summary>Reads the pieces of the tokenizer in the order of their ids.</summary>
    public List<(string Text, double Score)> ReadVocabulary()
    {
        int count = ReadInt32();
        var pieces = new List<(string Text, double Score)>();
        for (int i = 0; i < count; i++)
        {
            string text = Encoding.UTF8.GetString(Take(Take(1)[0]));
            pieces.Add((text, BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)))));
        }

        return pieces;
    }

    /// <summary>Reads a matrix whose rows have the expected length.</summary>
    public QuantizedMatrix ReadMatrix(int rows, int columns)
    {
        Expect(rows);
        Expect(columns);
        float[] scales = ReadFloats(rows);
        return new QuantizedMatrix(rows, columns, scales, MemoryMarshal.Cast<byte, sbyte>(Take(rows * columns)).ToArray());
    }

    /// <summary>Reads a vector of the expected length.</summary>
    public float[] ReadVector(int length)
    {
        Expect(length);
        return ReadFloats(length);
    }

    /// <summary>Reads a matrix with a bias for each of its rows.</summary>
    public Dense ReadDense(int inputs, int outputs)
    {
        QuantizedMatrix weights = ReadMatrix(outputs, inputs);
        return new Dense(weights, ReadVector(outputs));
    }

    /// <summary>Reads one layer; it has a residual projection when its width grows.</summary>
    public TransformerLayer ReadLayer(int width, int outputWidth) => new()
    {
        AttentionNorm = ReadNorm(width),
        QueryKeyValue = ReadDense(width, 3 * width),
        AttentionOutput = ReadDense(width, outputWidth),
        Projection = width == outputWidth ? null : ReadDense(width, outputWidth),
        FeedForwardNorm = ReadNorm(outputWidth),
        Up = ReadDense(outputWidth, SentenceModelLayout.HiddenWidth),
        Down = ReadDense(SentenceModelLayout.HiddenWidth, outputWidth),
    };

    /// <summary>Checks that everything was read.</summary>
    public readonly void ExpectEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw new InvalidDataException($"The model file has {_rest.Length} bytes too many.");
        }
    }

    private LayerNorm ReadNorm(int width)
    {
        float[] scale = ReadVector(width);
        return new LayerNorm(scale, ReadVector(width));
    }

    private float[] ReadFloats(int count)
    {
        ReadOnlySpan<byte> source = Take(count * sizeof(float));
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * sizeof(float))..]);
        }

        return values;
    }

    private int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    private void Expect(int size)
    {
        int found = ReadInt32();
        if (found != size)
        {
            throw new InvalidDataException($"The model file has a dimension of {found} where {size} is expected.");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new InvalidDataException("The model file ends too early.");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
