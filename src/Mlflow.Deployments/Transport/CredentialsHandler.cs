using System.Net;

namespace Mlflow.Deployments.Transport;

/// <summary>Puts credentials and the caller's headers on each request, and asks once more with new credentials after a 401 where there can be new ones.</summary>
internal sealed class CredentialsHandler(ICredential? credential, IDictionary<string, string> headers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly KeyValuePair<string, string>[] _headers = [.. headers];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in _headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return credential is null ? base.SendAsync(request, cancellationToken) : SendProvenAsync(credential, request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendProvenAsync(ICredential credential, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await credential.ApplyAsync(request, cancellationToken).ConfigureAwait(false);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !credential.Renew(request))
        {
            return response;
        }

        response.Dispose();
        await credential.ApplyAsync(request, cancellationToken).ConfigureAwait(false);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
