namespace Mlflow.Deployments.Transport;

/// <summary>
/// The body of an event stream under guard: each silence is limited, and so is the size of an event. The event parser above it
/// would wait, and buffer, without end.
/// </summary>
internal sealed class GuardedStream(Stream inner, TimeLimit limit, TimeSpan idleTimeout, int maxEventBytes) : Stream
{
    private const int PeekSize = 512;

    private ReadOnlyMemory<byte> _peeked;
    private int _maxEventBytes = maxEventBytes;
    private bool _isOneAnswer;
    private bool _hasBegun;
    private long _eventBytes;
    private bool _atLineStart = true;
    private bool _afterCarriageReturn;

    private static ReadOnlySpan<byte> EndOfEvent => "\n\n"u8;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gets whether the body has come to its end.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Gets whether the body ended in the middle of a line: what stands there may be cut.</summary>
    public bool HasEndedInLine { get; private set; }

    /// <summary>Takes the body for one answer, which is no event.</summary>
    public void TakeAsOneAnswer(int maxBytes) => (_isOneAnswer, _maxEventBytes) = (true, maxBytes);

    /// <summary>Tells the first byte that is no white space, without taking it; -1 at the end of the body.</summary>
    public async ValueTask<int> PeekAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[PeekSize];
        var count = 0;
        while (count < buffer.Length)
        {
            var read = await ReadBodyAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false);
            count += read;
            _peeked = buffer.AsMemory(0, count);
            var first = _peeked.Span.IndexOfAnyExcept(" \t\r\n\uFEFF"u8);
            if (first >= 0 || read == 0)
            {
                return first >= 0 ? _peeked.Span[first] : -1;
            }
        }

        return -1;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        if (_peeked.Length > 0)
        {
            read = Math.Min(_peeked.Length, buffer.Length);
            _peeked[..read].CopyTo(buffer);
            _peeked = _peeked[read..];
        }
        else
        {
            read = HasEnded ? 0 : await ReadBodyAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        if (read > 0)
        {
            Measure(buffer.Span[..read]);
        }
        else if (!_isOneAnswer && _eventBytes > 0 && buffer.Length >= EndOfEvent.Length)
        {
            // The body ended in order, but not its last event: the parser would drop it without a word. What stands in it tells whether it was cut.
            HasEndedInLine = !_atLineStart;
            _eventBytes = 0;
            EndOfEvent.CopyTo(buffer.Span);
            return EndOfEvent.Length;
        }

        return read;
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // The clock runs only while we wait for the server, never while the caller works on a chunk.
        if (_hasBegun)
        {
            limit.Restart(nameof(DeployClientOptions.StreamIdleTimeout), idleTimeout);
        }

        var read = await inner.ReadDecodedAsync(buffer, cancellationToken).ConfigureAwait(false);
        limit.Pause();
        _hasBegun = true;
        HasEnded = read == 0;
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
        if (_eventBytes > _maxEventBytes)
        {
            throw new InvalidDataException($"sent an event larger than MaxEventBytes ({_maxEventBytes})");
        }
    }
}
