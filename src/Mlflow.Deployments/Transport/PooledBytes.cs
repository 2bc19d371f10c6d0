using System.Buffers;

namespace Mlflow.Deployments.Transport;

/// <summary>Bytes in an array of the shared pool, which grows as they come.</summary>
internal sealed class PooledBytes(int capacity) : IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; set; }

    public ReadOnlySpan<byte> Span
    {
        get
        {
            ReadOnlySpan<byte> all = _array.AsSpan(0, Length);
            return all.StartsWith("\uFEFF"u8) ? all[3..] : all; // a byte order mark is no JSON
        }
    }

    /// <summary>Returns room for at least one more byte.</summary>
    public Memory<byte> Free()
    {
        if (Length == _array.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_array.Length * 2);
            _array.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }

        return _array.AsMemory(Length);
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        Length = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
