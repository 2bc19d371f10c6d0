using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing.Serving;

/// <summary>The body of an answer as a script tells it. Each read takes the script as far as the next bytes.</summary>
internal sealed class ScriptStream(Script script, TimeProvider clock, SilenceGate silence) : Stream
{
    private ReadOnlyMemory<byte> _ready;
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes the script to the point at which a server would have sent the headers.</summary>
    /// <exception cref="HttpRequestException">The connection broke before.</exception>
    public async Task ReadHeadersAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_next < script.Steps.Count && script.Steps[_next].Kind is not (StepKind.Send or StepKind.Headers))
            {
                await StepAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "An error occurred while sending the request.", e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_ready.IsEmpty && _next < script.Steps.Count)
        {
            await StepAsync(cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The fake answers asynchronous calls only.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        var step = script.Steps[_next];
        switch (step.Kind)
        {
            case StepKind.Send:
                _ready = step.Bytes;
                break;
            case StepKind.Wait:
                await Task.Delay(step.Time, clock, cancellationToken).ConfigureAwait(false);
                break;
            case StepKind.Silence:
                await silence.WaitAsync(cancellationToken).ConfigureAwait(false);
                break;
            case StepKind.Reset:
                throw new IOException("The connection was reset by the peer.");
            case StepKind.Cut:
                throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            default:
                break; // the headers alone are no bytes of the body
        }

        _next++;
    }
}
