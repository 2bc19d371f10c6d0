using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>One result in a block of a work file: the number of floats and the floats; or minus the number of bytes of an error, and the error.</summary>
internal static class WorkFileRow
{
    public static void Write(IBufferWriter<byte> block, RowResult result)
    {
        if (result.Error is { } error)
        {
            var length = Encoding.UTF8.GetByteCount(error);
            var span = block.GetSpan(sizeof(int) + length);
            BinaryPrimitives.WriteInt32LittleEndian(span, -length);
            Encoding.UTF8.GetBytes(error, span[sizeof(int)..]);
            block.Advance(sizeof(int) + length);
            return;
        }

        var vector = MemoryMarshal.AsBytes(result.Vector.Span);
        var place = block.GetSpan(sizeof(int) + vector.Length);
        BinaryPrimitives.WriteInt32LittleEndian(place, result.Vector.Length);
        if (BitConverter.IsLittleEndian)
        {
            vector.CopyTo(place[sizeof(int)..]);
        }
        else
        {
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(vector), MemoryMarshal.Cast<byte, int>(place[sizeof(int)..]));
        }

        block.Advance(sizeof(int) + vector.Length);
    }

    /// <summary>Counts the results of a block, and tells the length of their vectors (0 when all are errors).</summary>
    public static (int Count, int Dimensions) Tally(ReadOnlySpan<byte> block)
    {
        var (count, dimensions) = (0, 0);
        for (; block.Length > 0; count++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(block);
            dimensions = length > 0 ? length : dimensions;
            block = block[(sizeof(int) + SizeOf(length))..];
        }

        return (count, dimensions);
    }

    public static IEnumerable<RowResult> ReadAll(ReadOnlyMemory<byte> block)
    {
        while (block.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(block.Span);
            var content = block.Slice(sizeof(int), SizeOf(length));
            yield return length > 0 ? new(Vector(content.Span), Error: null) : new(default, Encoding.UTF8.GetString(content.Span));
            block = block[(sizeof(int) + content.Length)..];
        }
    }

    private static int SizeOf(int length) => length > 0 ? length * sizeof(float) : -length;

    private static float[] Vector(ReadOnlySpan<byte> content)
    {
        var vector = new float[content.Length / sizeof(float)];
        content.CopyTo(MemoryMarshal.AsBytes(vector.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            var words = MemoryMarshal.Cast<float, int>(vector.AsSpan());
            BinaryPrimitives.ReverseEndianness(words, words);
        }

        return vector;
    }
}
