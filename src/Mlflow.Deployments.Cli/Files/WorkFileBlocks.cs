using System.Buffers.Binary;
using System.Numerics;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>Walks over the blocks of a work file, up to the first that is torn: a length (int32), a checksum (CRC-32C) and the content.</summary>
internal sealed class WorkFileBlocks(Stream stream)
{
    public const int HeaderSize = sizeof(int) + sizeof(uint);

    // A length beyond it is no length, but rubbish of a torn block.
    private const int LargestBlock = 512 << 20;

    private readonly byte[] _header = new byte[HeaderSize];
    private byte[] _content = [];
    private int _length;

    /// <summary>Gets the length of the file up to the end of the last whole block.</summary>
    public long WholeLength { get; private set; } = stream.Position;

    public ReadOnlySpan<byte> Current => _content.AsSpan(0, _length);

    /// <summary>Gets the content of the block; valid until the next move.</summary>
    public ReadOnlyMemory<byte> CurrentMemory => _content.AsMemory(0, _length);

    public static uint Checksum(ReadOnlySpan<byte> content)
    {
        var crc = uint.MaxValue;
        while (content.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(content));
            content = content[sizeof(ulong)..];
        }

        foreach (var one in content)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }

    public bool MoveNext()
    {
        if (stream.ReadAtLeast(_header, HeaderSize, throwOnEndOfStream: false) < HeaderSize)
        {
            return false;
        }

        _length = BinaryPrimitives.ReadInt32LittleEndian(_header);
        if (_length is < 0 or > LargestBlock || stream.Length - stream.Position < _length)
        {
            return false;
        }

        if (_content.Length < _length)
        {
            _content = new byte[_length];
        }

        stream.ReadExactly(_content.AsSpan(0, _length));
        if (Checksum(Current) != BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(sizeof(int))))
        {
            return false;
        }

        WholeLength = stream.Position;
        return true;
    }
}
