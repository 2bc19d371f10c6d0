namespace Mlflow.Deployments.Transport;

/// <summary>
/// The body of an event stream under guard: each silence is limited, and so is the size of an event. The event parser above it
/// would wait, and buffer, without end.
/// </summary>
internal sealed class GuardedStream(Stream inner, TimeLimit limit, TimeSpan idleTimeout, int maxEventBytes) : Stream
{
    private bool _hasBegun;
    private long _eventBytes;
    private bool _atLineStart = true;
    private bool _afterCarriageReturn;

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
        // The clock runs only while we wait for the server, never while the caller works on a chunk.
        if (_hasBegun)
        {
            limit.Restart(nameof(DeployClientOptions.StreamIdleTimeout), idleTimeout);
        }

        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        limit.Pause();
        _hasBegun = true;
        Measure(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

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

    // An event ends with an empty line; lines end with LF, CR or CRLF, which a read may split.
    private void Measure(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Add(bytes.Length);
                _atLineStart = _afterCarriageReturn = false;
                return;
            }

            var isSecondHalf = end == 0 && _afterCarriageReturn && bytes[0] == (byte)'\n';
            if (!isSecondHalf)
            {
                if (end == 0 && _atLineStart)
                {
                    _eventBytes = 0;
                }
                else
                {
                    Add(end + 1);
                }

                _atLineStart = true;
            }

            _afterCarriageReturn = bytes[end] == (byte)'\r';
            bytes = bytes[(end + 1)..];
        }
    }

    private void Add(int count)
    {
        _eventBytes += count;
        if (_eventBytes > maxEventBytes)
        {
            throw new InvalidDataException($"sent an event larger than MaxEventBytes ({maxEventBytes})");
        }
    }
}
