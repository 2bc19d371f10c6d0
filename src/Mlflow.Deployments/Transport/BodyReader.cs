namespace Mlflow.Deployments.Transport;

/// <summary>Reads a body into pooled memory, up to a limit.</summary>
internal static class BodyReader
{
    private const int FirstRent = 16 * 1024;

    // A header costs a server nothing: more than this is only rented when the bytes come.
    private const int LargestFirstRent = 16 * 1024 * 1024;

    /// <summary>Reads a whole body.</summary>
    /// <exception cref="InvalidDataException">The body is larger than <paramref name="limit"/>.</exception>
    public static async ValueTask<PooledBytes> ReadAllAsync(Stream body, long? expectedLength, int limit, CancellationToken cancellationToken)
    {
        var bytes = new PooledBytes((int)Math.Clamp((expectedLength ?? 0) + 1, FirstRent, Math.Min(LargestFirstRent, limit)));
        try
        {
            while (true)
            {
                if (bytes.Length > limit)
                {
                    throw new InvalidDataException($"The body is larger than {limit} bytes.");
                }

                var read = await body.ReadDecodedAsync(bytes.GetMemory(), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return bytes;
                }

                bytes.Length += read;
            }
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Reads the beginning of a body. What came before the connection broke or the time ran out is kept: the status is what matters.</summary>
    public static async ValueTask<PooledBytes> ReadStartAsync(Stream body, int limit, CancellationToken callerToken, CancellationToken cancellationToken)
    {
        var bytes = new PooledBytes(FirstRent);
        try
        {
            while (bytes.Length < limit)
            {
                var free = bytes.GetMemory();
                var read = await body.ReadDecodedAsync(free[..Math.Min(free.Length, limit - bytes.Length)], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                bytes.Length += read;
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or CorruptBodyException or OperationCanceledException && !callerToken.IsCancellationRequested)
        {
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }

        return bytes;
    }
}
