using System.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Passthrough;

/// <summary>An answer in a provider's own format.</summary>
internal sealed class PassthroughAnswer(ProviderCall call, HttpResponseMessage response, Stream body, UpstreamDeadline deadline) : IDisposable
{
    public int Status => (int)response.StatusCode;

    public bool CanHaveBody => Status is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    public HttpResponseHeaders Headers => response.Headers;

    public HttpContentHeaders ContentHeaders => response.Content.Headers;

    /// <summary>The body can take another event: it is a stream of them, and not compressed.</summary>
    public bool IsOpenEventStream =>
        string.Equals(ContentHeaders.ContentType?.MediaType, "text/event-stream", StringComparison.OrdinalIgnoreCase) && ContentHeaders.ContentEncoding.Count == 0;

    /// <summary>Reads the next piece.</summary>
    /// <returns>0 at the orderly end.</returns>
    /// <exception cref="ProviderException">The answer broke off.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        try
        {
            int count = await body.ReadAsync(buffer, deadline.Token);
            deadline.Restart();
            return count;
        }
        catch (Exception e) when (UpstreamFailures.IsOfReading(e, deadline))
        {
            throw UpstreamFailures.OfReading(e, call, deadline);
        }
    }

    public void Dispose()
    {
        response.Dispose();
        deadline.Dispose();
    }
}
