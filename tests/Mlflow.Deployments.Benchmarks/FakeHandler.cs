using System.Net;
using System.Net.Http.Headers;

namespace Mlflow.Deployments.Benchmarks;

/// <summary>Stands in for the network: takes the request's bytes, and gives the answer in reads of at most 16 kB, as a socket does.</summary>
internal sealed class FakeHandler(byte[] body, string mediaType) : HttpMessageHandler
{
    private readonly MediaTypeHeaderValue _mediaType = new(mediaType);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
        var content = new StreamContent(new SocketLikeStream(body)) { Headers = { ContentType = _mediaType } };
        if (_mediaType.MediaType == "application/json")
        {
            content.Headers.ContentLength = body.Length;
        }

        return new(HttpStatusCode.OK) { Content = content, RequestMessage = request };
    }
}
