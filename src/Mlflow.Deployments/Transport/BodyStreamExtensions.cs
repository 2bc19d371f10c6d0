namespace Mlflow.Deployments.Transport;

/// <summary>Reads of bodies, which may go through a decoder.</summary>
internal static class BodyStreamExtensions
{
    /// <exception cref="CorruptBodyException">The decoder of a compressed body gave up.</exception>
    public static async ValueTask<int> ReadDecodedAsync(this Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException || (e is InvalidOperationException and not ObjectDisposedException))
        {
            throw new CorruptBodyException(e);
        }
    }
}
