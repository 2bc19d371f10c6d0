using System.Net;

namespace Mlflow.Deployments.Transport;

/// <summary>Puts credentials and the caller's headers on each request, and asks once more with new credentials after a 401 where there can be new ones.</summary>
internal sealed class CredentialsHandler(ICredential? credential, IDictionary<string, string> headers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly KeyValuePair<string, string>[] _headers = [.. headers];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || credential?.Renew(request) is not true)
        {
            return response;
        }

        response.Dispose();
        return await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (credential is not null)
        {
            await credential.ApplyAsync(request, cancellationToken).ConfigureAwait(false);
        }

        // Last, so that a caller's own header wins.
        foreach (var (name, value) in _headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
