using System.Net;
using System.Net.Http.Headers;

namespace Mlflow.Deployments.Transport;

/// <summary>Sends an object that is written already, with a field more in front or at the end, without putting the text together first.</summary>
internal sealed class JsonBodyContent : HttpContent
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");
    private static readonly byte[] Comma = [(byte)','];

    private readonly byte[] _json;
    private readonly byte[]? _first;
    private readonly byte[]? _last;

    public JsonBodyContent(byte[] json, byte[]? first, byte[]? last)
    {
        // Only an object takes fields.
        var isObject = json is [(byte)'{', .., (byte)'}'];
        (_json, _first, _last) = (json, isObject ? first : null, isObject ? last : null);
        Headers.ContentType = JsonType;
    }

    private bool IsEmpty => _json.Length == 2;

    protected override bool TryComputeLength(out long length)
    {
        length = _json.Length;
        if (_first is not null)
        {
            length += _first.Length + (IsEmpty && _last is null ? 0 : 1);
        }

        if (_last is not null)
        {
            length += _last.Length + (IsEmpty ? 0 : 1);
        }

        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_first is not null || _last is not null)
        {
            return WritePiecesAsync(stream, cancellationToken);
        }

        var written = stream.WriteAsync(_json, cancellationToken);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    private async Task WritePiecesAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_json.AsMemory(0, 1), cancellationToken).ConfigureAwait(false);
        if (_first is not null)
        {
            await stream.WriteAsync(_first, cancellationToken).ConfigureAwait(false);
            if (!IsEmpty || _last is not null)
            {
                await stream.WriteAsync(Comma, cancellationToken).ConfigureAwait(false);
            }
        }

        await stream.WriteAsync(_json.AsMemory(1, _json.Length - 2), cancellationToken).ConfigureAwait(false);
        if (_last is not null)
        {
            if (!IsEmpty)
            {
                await stream.WriteAsync(Comma, cancellationToken).ConfigureAwait(false);
            }

            await stream.WriteAsync(_last, cancellationToken).ConfigureAwait(false);
        }

        await stream.WriteAsync(_json.AsMemory(_json.Length - 1), cancellationToken).ConfigureAwait(false);
    }
}
