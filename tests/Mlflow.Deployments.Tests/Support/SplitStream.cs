namespace Mlflow.Deployments.Tests.Support;

/// <summary>Hands bytes out in pieces of given sizes, as a network does; the last size is repeated.</summary>
internal sealed class SplitStream(byte[] bytes, IReadOnlyList<int> sizes) : MemoryStream(bytes)
{
    private int _piece;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var size = sizes[Math.Min(_piece++, sizes.Count - 1)];
        return base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
