using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>One chat endpoint as an <see cref="IChatClient"/>.</summary>
internal sealed class EndpointChatClient(IDeployClient client, string endpoint) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(EndpointService.ProviderName, EndpointService.AddressOf(client), endpoint);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = OutgoingRequest.Of(this, endpoint, messages, options);
        return AskAsync(request, cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = OutgoingRequest.Of(this, endpoint, messages, options);
        return StreamAsync(request, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => EndpointService.Find(serviceType, serviceKey, _metadata, this, client);

    /// <summary>Does nothing: the client belongs to whoever made it.</summary>
    public void Dispose()
    {
    }

    private async Task<ChatResponse> AskAsync(Wire.ChatRequest request, CancellationToken cancellationToken) =>
        IncomingAnswer.ToChatResponse(await client.PredictAsync(endpoint, request, cancellationToken).ConfigureAwait(false), request);

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(Wire.ChatRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = new IncomingStream(request);
        await foreach (var chunk in client.PredictStreamAsync(endpoint, request, cancellationToken).ConfigureAwait(false))
        {
            yield return stream.Take(chunk);
        }

        foreach (var update in stream.Rest())
        {
            yield return update;
        }
    }
}
