namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>A stream that gives its bytes in pieces of given lengths, over and over, as a network does.</summary>
internal sealed class Pieces(byte[] bytes, params int[] lengths) : MemoryStream(bytes, writable: false)
{
    private int _reads;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int length = lengths.Length == 0 ? buffer.Length : lengths[_reads++ % lengths.Length];
        return new(Read(buffer.Span[..Math.Min(length, buffer.Length)]));
    }
}
