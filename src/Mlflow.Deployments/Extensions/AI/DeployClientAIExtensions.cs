using Mlflow.Deployments;
using Mlflow.Deployments.Extensions.AI;

namespace Microsoft.Extensions.AI;

/// <summary>Makes the endpoints of an MLflow AI Gateway usable wherever <c>Microsoft.Extensions.AI</c> is.</summary>
public static class DeployClientAIExtensions
{
    /// <summary>Wraps a chat endpoint as an <see cref="IChatClient"/>.</summary>
    /// <param name="client">The client; used as it is, and not disposed with the wrapper.</param>
    /// <param name="endpoint">The name of a chat endpoint.</param>
    /// <returns>The chat client. It is safe to use from many threads at once, and holds nothing that needs to be disposed.</returns>
    /// <remarks>
    /// What cannot be sent is refused with an <see cref="ArgumentException"/> before anything is sent: another <see cref="ChatOptions.ModelId"/>
    /// than the endpoint (the endpoint names its model), a <see cref="ChatOptions.ConversationId"/> (the gateway keeps no conversations), tools
    /// that are no functions, content that chat endpoints have no form for. Failures are exceptions of the <see cref="DeployException"/> family.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="endpoint"/> is no name of an endpoint.</exception>
    public static IChatClient AsIChatClient(this IDeployClient client, string endpoint)
    {
        ArgumentNullException.ThrowIfNull(client);
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        return new EndpointChatClient(client, endpoint);
    }

    /// <summary>Wraps an embeddings endpoint as an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>.</summary>
    /// <param name="client">The client; used as it is, and not disposed with the wrapper.</param>
    /// <param name="endpoint">The name of an embeddings endpoint.</param>
    /// <returns>The generator. It is safe to use from many threads at once, and holds nothing that needs to be disposed.</returns>
    /// <remarks>
    /// One call is one request, and no texts are no request. For more texts than the server takes at once use <c>EmbedAsync</c> of the client.
    /// Another <see cref="EmbeddingGenerationOptions.ModelId"/> than the endpoint is refused with an <see cref="ArgumentException"/>: the endpoint names its model.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="endpoint"/> is no name of an endpoint.</exception>
    public static IEmbeddingGenerator<string, Embedding<float>> AsIEmbeddingGenerator(this IDeployClient client, string endpoint)
    {
        ArgumentNullException.ThrowIfNull(client);
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        return new EndpointEmbeddingGenerator(client, endpoint);
    }
}
