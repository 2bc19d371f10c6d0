using Microsoft.Win32.SafeHandles;

namespace Mlflow.Deployments.Cli.Console;

/// <summary>
/// Standard output where it is a pipe or a socket. The stream of the system's console drops what is written after the reader has gone, and the
/// program would ask on for nobody; this one tells it, once.
/// </summary>
internal sealed class PipeStream(FileStream pipe) : Stream
{
    private const int StandardOutput = 1;

    private bool _isClosed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Opens standard output; null where it is no pipe: a file has a position that it shares with other programs, and only the console's stream keeps it.</summary>
    public static PipeStream? OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        FileStream? output = null;
        try
        {
            output = new(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return output.CanSeek ? null : new(output);
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null; // closed from the start
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_isClosed)
        {
            return;
        }

        try
        {
            pipe.Write(buffer);
        }
        catch (IOException e)
        {
            _isClosed = true;
            throw new OutputClosedException(e);
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
