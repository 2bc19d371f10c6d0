using System.Buffers;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>A growing byte buffer on rented memory. Not thread-safe; what was read from it is void after <see cref="Dispose"/>.</summary>
internal sealed class PooledBuffer(int capacity = 1024) : IBufferWriter<byte>, IDisposable
{
    private byte[] _array = ArrayPool<byte>.Shared.Rent(capacity);

    public int Count { get; private set; }

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, Count);

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, Count);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Count);
        Count += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsSpan(Count);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        EnsureFree(bytes.Length);
        bytes.CopyTo(_array.AsSpan(Count));
        Count += bytes.Length;
    }

    public void WriteByte(byte value)
    {
        EnsureFree(1);
        _array[Count++] = value;
    }

    /// <summary>Takes back everything written after the first <paramref name="count"/> bytes.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        Count = count;
    }

    /// <summary>Takes away the first <paramref name="count"/> bytes; the others move to the start.</summary>
    public void RemoveStart(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        _array.AsSpan(count..Count).CopyTo(_array);
        Count -= count;
    }

    public void Dispose()
    {
        byte[] array = Interlocked.Exchange(ref _array, []);
        Count = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void EnsureFree(int size)
    {
        size = Math.Max(size, 1);
        if (_array.Length - Count >= size)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(Count + size, Count * 2)));
        _array.AsSpan(0, Count).CopyTo(larger);
        byte[] old = Interlocked.Exchange(ref _array, larger);
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }
}
