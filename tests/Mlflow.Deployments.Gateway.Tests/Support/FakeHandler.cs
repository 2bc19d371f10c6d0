using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>Answers requests without a network, and remembers them.</summary>
internal sealed class FakeHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly ConcurrentQueue<string> _requests = new();

    /// <summary>Method, address and body of each request.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static HttpResponseMessage Reply(string text, HttpStatusCode status = HttpStatusCode.OK, string mediaType = "application/json") =>
        new(status) { Content = new StringContent(text, Encoding.UTF8, mediaType) };

    public ProviderServices Services(TimeProvider clock) =>
        new(new UpstreamClient(new UpstreamPools((_, _) => this), UpstreamTimeouts.From(new GatewayOptions()), clock), clock);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        _requests.Enqueue($"{request.Method} {request.RequestUri} {body}".TrimEnd());
        return answer(request);
    }
}
