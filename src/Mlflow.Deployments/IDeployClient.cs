using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments;

/// <summary>Asks the endpoints of an MLflow AI Gateway. <see cref="DeployClient"/> is the one that does; the interface is for mocks and decorators.</summary>
/// <remarks>
/// Implementations are safe to use from many threads at once. Every call throws <see cref="ArgumentException"/> at once for a bad argument,
/// <see cref="OperationCanceledException"/> when it is cancelled, and an exception of the <see cref="DeployException"/> family when it fails.
/// </remarks>
public interface IDeployClient
{
    /// <summary>Asks a chat endpoint and waits for the whole answer.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="request">The conversation and its parameters; not changed.</param>
    /// <param name="cancellationToken">Cancels the call, and the server's work with it.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="DeployAuthenticationException">The credentials were refused.</exception>
    /// <exception cref="DeployEndpointNotFoundException">There is no such endpoint.</exception>
    /// <exception cref="DeployRequestException">The request was refused.</exception>
    /// <exception cref="DeployRateLimitException">There were too many requests, and <see cref="DeployClientOptions.MaxRetries"/> did not help.</exception>
    /// <exception cref="DeployServerException">The server, or the provider behind it, failed.</exception>
    /// <exception cref="DeployConnectionException">No whole answer came.</exception>
    /// <exception cref="DeployTimeoutException"><see cref="DeployClientOptions.Timeout"/> ran out.</exception>
    Task<ChatResponse> PredictAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks a completions endpoint and waits for the whole answer.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="request">The prompt and its parameters; not changed.</param>
    /// <param name="cancellationToken">Cancels the call, and the server's work with it.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="DeployException">The call failed; the kinds are those of the chat overload.</exception>
    Task<CompletionResponse> PredictAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks an embeddings endpoint for vectors, in one request. For more texts than a server takes at once use <c>EmbedAsync</c>.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="request">The texts; not changed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The vectors in input order, each with the model's dimension.</returns>
    /// <exception cref="DeployException">The call failed; the kinds are those of the chat overload.</exception>
    Task<EmbeddingResponse> PredictAsync(string endpoint, EmbeddingRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks an endpoint of any kind with JSON of any form.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="inputs">The body of the request, as the model wants it; read during the call, not changed.</param>
    /// <param name="cancellationToken">Cancels the call, and the server's work with it.</param>
    /// <returns>The body of the answer as it is.</returns>
    /// <exception cref="ArgumentException"><paramref name="inputs"/> asks for a stream; that is <c>PredictStreamAsync</c>'s work.</exception>
    /// <exception cref="DeployException">The call failed; the kinds are those of the chat overload.</exception>
    Task<JsonNode> PredictAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default);

    /// <summary>Asks a chat endpoint and hands the answer out piece by piece, as it comes.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="request">The conversation and its parameters; not changed.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>, and the server's work with it.</param>
    /// <returns>
    /// The pieces, in order. The sequence ends normally only when the answer is whole. Each enumeration sends the request anew; leaving the loop
    /// early closes the connection, which stops the server's work.
    /// </returns>
    /// <exception cref="DeployStreamException">The stream failed after it had begun, or ended before the answer was whole.</exception>
    /// <exception cref="DeployTimeoutException">A limit on the first byte or on silence ran out.</exception>
    /// <exception cref="DeployException">The call failed before the stream began; the kinds are those of <c>PredictAsync</c>.</exception>
    IAsyncEnumerable<ChatChunk> PredictStreamAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks a completions endpoint and hands the answer out piece by piece, as it comes.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="request">The prompt and its parameters; not changed.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>, and the server's work with it.</param>
    /// <returns>The pieces, in order; as of the chat overload.</returns>
    /// <exception cref="DeployException">The call or the stream failed; the kinds are those of the chat overload.</exception>
    IAsyncEnumerable<CompletionChunk> PredictStreamAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks an endpoint of any kind with JSON of any form and hands the events of the answer out as they come.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="inputs">The body of the request; <c>stream</c> is added to what is sent, and the object itself is not changed.</param>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>, and the server's work with it.</param>
    /// <returns>The events, in order; as of the chat overload.</returns>
    /// <exception cref="DeployException">The call or the stream failed; the kinds are those of the chat overload.</exception>
    IAsyncEnumerable<JsonNode> PredictStreamAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default);

    /// <summary>Lists the endpoints of the server, following every page.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The endpoints in the server's order; a page is asked for when the one before has been read.</returns>
    /// <exception cref="DeployException">The call failed.</exception>
    IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync(CancellationToken cancellationToken = default);

    /// <summary>Gets one endpoint.</summary>
    /// <param name="name">The endpoint's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="DeployEndpointNotFoundException">There is no such endpoint.</exception>
    /// <exception cref="DeployException">The call failed.</exception>
    Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Asks the server how it is. Never throws because it is unhealthy, or not there at all, and never tries twice.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What the server says; within 10 seconds, or <see cref="DeployClientOptions.Timeout"/> if that is shorter.</returns>
    Task<GatewayHealth> GetHealthAsync(CancellationToken cancellationToken = default);
}
