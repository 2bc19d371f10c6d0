using System.Net;

namespace Mlflow.Deployments.Transport;

/// <summary>Puts credentials and the caller's headers on each request, and asks once more with new credentials after a 401 where there can be new ones.</summary>
internal sealed class CredentialsHandler : DelegatingHandler
{
    private readonly ICredential? _credential;
    private readonly KeyValuePair<string, string>[] _headers;
    private readonly Sender _below;

    public CredentialsHandler(ICredential? credential, IDictionary<string, string> headers, HttpMessageHandler inner)
        : base(inner)
    {
        _credential = credential;
        _headers = [.. headers];
        _below = base.SendAsync;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Most credentials are a header that never changes: nothing to wait for, nothing to renew, and no layer more on each call.
        if (_credential is not (null or HeaderCredential))
        {
            return SendAndRenewAsync(request, cancellationToken);
        }

        (_credential as HeaderCredential)?.Apply(request);
        AddHeaders(request);
        return _below(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAndRenewAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || _credential?.Renew(request) is not true)
        {
            return response;
        }

        response.Dispose();
        return await SendOnceAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_credential is not null)
        {
            await _credential.ApplyAsync(request, _below, cancellationToken).ConfigureAwait(false);
        }

        AddHeaders(request);
        return await _below(request, cancellationToken).ConfigureAwait(false);
    }

    // After the credentials, so that a caller's own header wins.
    private void AddHeaders(HttpRequestMessage request)
    {
        foreach (var (name, value) in _headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
