using System.Collections.Concurrent;
using System.Net;

namespace Mlflow.Deployments.Testing.Serving;

/// <summary>Answers requests within the process, by the same scripts that a <see cref="FakeGateway"/> plays over a socket.</summary>
internal sealed class ScriptHandler(FakeDeployClient owner, TimeProvider clock) : HttpMessageHandler
{
    /// <summary>An address that no request ever reaches.</summary>
    public const string Address = "http://fake-gateway.invalid";

    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private long _arrivals;

    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var headers = request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []).Select(header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value)));
        var received = new FakeRequest(Interlocked.Increment(ref _arrivals), request.Method.Method, request.RequestUri!.PathAndQuery, headers, body);
        _requests.Enqueue(received);
        var script = owner.Answer(received);
        if (script.Thrown is { } thrown)
        {
            throw new ScriptedException(thrown);
        }

        var stream = new ScriptStream(script, clock, owner.Silence);
        await stream.ReadHeadersAsync(cancellationToken).ConfigureAwait(false);
        var response = new HttpResponseMessage((HttpStatusCode)script.Status) { RequestMessage = request, Content = new StreamContent(stream) };
        foreach (var (name, value) in script.Headers)
        {
            _ = response.Headers.TryAddWithoutValidation(name, value) || response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (script.ContentType is { } contentType)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return response;
    }
}
