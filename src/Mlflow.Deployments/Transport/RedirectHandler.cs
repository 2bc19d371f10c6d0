using System.Net;

namespace Mlflow.Deployments.Transport;

/// <summary>
/// Follows redirects that stay on the server that the caller chose: a slash more or less, http to https. .NET's own redirects go
/// anywhere with the prompt, lose the credentials on the way, and turn a POST into a GET.
/// </summary>
internal sealed class RedirectHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxRedirects = 3;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < MaxRedirects && Target(request, response) is { } target; i++)
        {
            response.Dispose();
            request.RequestUri = target;
            response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    private static Uri? Target(HttpRequestMessage request, HttpResponseMessage response)
    {
        var keepsMethod = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            || (request.Method == HttpMethod.Get && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found);
        if (!keepsMethod || response.Headers.Location is not { } location)
        {
            return null;
        }

        var from = request.RequestUri!;
        var to = new Uri(from, location);
        var isSameServer = to.Host == from.Host && to.Port == from.Port && to.Scheme == from.Scheme;
        var isUpgrade = to.Host == from.Host && from is { Scheme: "http", IsDefaultPort: true } && to is { Scheme: "https", IsDefaultPort: true };
        return isSameServer || isUpgrade ? to : null;
    }
}
