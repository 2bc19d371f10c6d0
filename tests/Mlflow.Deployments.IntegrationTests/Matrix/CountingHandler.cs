using System.Net;
using System.Text;

namespace Mlflow.Deployments.IntegrationTests.Matrix;

/// <summary>Counts the requests that go out; without another handler behind it, it answers them itself.</summary>
internal sealed class CountingHandler : DelegatingHandler
{
    private readonly Func<HttpResponseMessage>? _answer;
    private int _requests;

    public CountingHandler(HttpMessageHandler inner)
        : base(inner)
    {
    }

    public CountingHandler(int status, string body, string contentType) => _answer = () => new((HttpStatusCode)status)
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { { "Content-Type", contentType } } },
    };

    public int Requests => Volatile.Read(ref _requests);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return _answer is null ? base.SendAsync(request, cancellationToken) : Task.FromResult(_answer());
    }
}
