using System.Net;
using System.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>A JSON body in a pooled buffer, which it owns.</summary>
internal sealed class PooledContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new(JsonText.MediaType);

    private readonly PooledBuffer _body;

    // An upstream may answer before it has read the request: the message is then disposed while its body is still being sent,
    // and memory that is being sent must not go back to the pool.
    private int _users = 1;

    public PooledContent(PooledBuffer body)
    {
        _body = body;
        Headers.ContentType = Json;
    }

    /// <summary>What will be sent, for a signature over it.</summary>
    public ReadOnlySpan<byte> Body => _body.WrittenSpan;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _users);
        try
        {
            await stream.WriteAsync(_body.WrittenMemory, cancellationToken);
        }
        finally
        {
            Release();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Count;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release();
        }

        base.Dispose(disposing);
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _body.Dispose();
        }
    }
}
