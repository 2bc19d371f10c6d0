using System.Net;

namespace Mlflow.Deployments.Transport;

/// <summary>
/// Follows redirects that stay on the server that the caller chose: a slash more or less, http to https. .NET's own redirects go
/// anywhere with the prompt, lose the credentials on the way, and turn a POST into a GET.
/// </summary>
internal sealed class RedirectHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxRedirects = 3;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = base.SendAsync(request, cancellationToken);
        return sent.IsCompletedSuccessfully && Target(request, Complete(sent.Result, request)) is null ? sent : FollowAsync(request, sent, cancellationToken);
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpRequestMessage request, Task<HttpResponseMessage> sent, CancellationToken cancellationToken)
    {
        var response = Complete(await sent.ConfigureAwait(false), request);
        for (var i = 0; i < MaxRedirects && Target(request, response) is { } target; i++)
        {
            response.Dispose();
            request.RequestUri = target;
            response = Complete(await base.SendAsync(request, cancellationToken).ConfigureAwait(false), request);
        }

        return response;
    }

    // A caller's own handler may leave it out; an exception needs it, to keep what was sent out of its words.
    private static HttpResponseMessage Complete(HttpResponseMessage response, HttpRequestMessage request)
    {
        response.RequestMessage ??= request;
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
