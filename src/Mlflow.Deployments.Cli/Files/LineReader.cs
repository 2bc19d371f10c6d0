namespace Mlflow.Deployments.Cli.Files;

/// <summary>Cuts a stream into lines, without making strings of them. Lines end in LF or CR LF; a byte order mark at the start is no part of the first.</summary>
internal sealed class LineReader(Stream stream, string path)
{
    private const int LongestLine = 64 << 20;

    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>Gets the number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Gets the share of the stream that has been read.</summary>
    public double Share => stream.Length == 0 ? 1 : (double)(stream.Position - _end + _start) / stream.Length;

    /// <summary>Reads the next line, which is valid until the one after it is read; null at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                return Take(searched + length, 1);
            }

            searched = _end - _start;
            if (_isAtEnd)
            {
                return searched == 0 ? default(ReadOnlyMemory<byte>?) : Take(searched, 0); // a bare null would become an empty line
            }

            await FillAsync(cancellationToken);
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int lineEnd)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + lineEnd;
        if (++Number == 1 && line.Span.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
        }

        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_end >= LongestLine)
            {
                throw new CommandException($"Line {Number + 1} of '{path}' is longer than {LongestLine >> 20} MB; is it a file of lines?");
            }

            Array.Resize(ref _buffer, _end * 2);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _isAtEnd = read == 0;
    }
}
