namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>
/// The body of an upstream's answer: every byte restarts the deadline, a failure of the connection becomes a
/// <see cref="ProviderException"/>, and the orderly end of a text is followed by an empty line, so that a last event without one still counts.
/// </summary>
internal sealed class UpstreamStream(Stream inner, bool isText, ProviderCall call, UpstreamDeadline deadline) : Stream
{
    /// <summary>Longest line of a stream; more is no event but a fault, and would fill the memory.</summary>
    private const int MaxLineBytes = 16 * 1024 * 1024;

    private int _lineLength;
    private bool _hasEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (UpstreamFailures.IsOfReading(e, deadline))
        {
            throw UpstreamFailures.OfReading(e, call, deadline);
        }
        if (count == 0)
        {
            return End(buffer.Span);
        }

        deadline.Restart();
        if (!isText)
        {
            return count;
        }

        int lineEnd = buffer.Span[..count].LastIndexOf((byte)'\n');
        _lineLength = lineEnd < 0 ? _lineLength + count : count - lineEnd;
        return _lineLength <= MaxLineBytes ? count : throw UpstreamFailures.Unreadable(call, "an event is too large");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int End(Span<byte> buffer)
    {
        if (_hasEnded || !isText || buffer.Length < 2)
        {
            return 0;
        }

        _hasEnded = true;
        "\n\n"u8.CopyTo(buffer);
        return 2;
    }
}
