namespace Mlflow.Deployments.Transport;

/// <summary>
/// Sends through an <see cref="HttpClient"/> that the caller owns, exactly as the caller set it up. Its base address may be another one
/// than ours and must not be changed, and a message can be sent by one client only; so a message of its own goes over there.
/// </summary>
internal sealed class CallerClientHandler(HttpClient client) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Not disposed: the content is ours to keep for the next try, and a message without it holds nothing.
        var message = new HttpRequestMessage(request.Method, request.RequestUri)
        {
            Content = request.Content,
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        foreach (var header in request.Headers.NonValidated)
        {
            message.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
