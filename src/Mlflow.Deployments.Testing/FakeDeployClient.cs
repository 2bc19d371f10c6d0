using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Testing.Scripts;
using Mlflow.Deployments.Testing.Serving;

namespace Mlflow.Deployments.Testing;

/// <summary>An <see cref="IDeployClient"/> for unit tests: no socket, the same stubs as <see cref="FakeGateway"/>, and the exceptions of the real client.</summary>
/// <remarks>
/// It is the real client over answers that never leave the process, so that what it returns and throws is what <see cref="DeployClient"/> would. It sends
/// nothing again. Safe to use from many threads.
/// </remarks>
public sealed class FakeDeployClient : FakeEndpoints, IDeployClient, IDisposable
{
    private readonly ScriptHandler _handler;
    private readonly HttpClient _http;
    private readonly DeployClient _client;

    /// <summary>Makes a client.</summary>
    public FakeDeployClient()
        : this(TimeProvider.System)
    {
    }

    /// <summary>Makes a client.</summary>
    /// <param name="timeProvider">The clock of the delays in answers, and of the client's time limits.</param>
    public FakeDeployClient(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _handler = new(this, timeProvider);
        _http = new(_handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new(_http, new() { Target = ScriptHandler.Address, Dialect = Dialect, MaxRetries = 0, TimeProvider = timeProvider });
    }

    /// <inheritdoc />
    public override IReadOnlyList<FakeRequest> Requests => _handler.Requests;

    /// <inheritdoc />
    public Task<ChatResponse> PredictAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default) =>
        Unwrap(_client.PredictAsync(endpoint, request, cancellationToken));

    /// <inheritdoc />
    public Task<CompletionResponse> PredictAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default) =>
        Unwrap(_client.PredictAsync(endpoint, request, cancellationToken));

    /// <inheritdoc />
    public Task<EmbeddingResponse> PredictAsync(string endpoint, EmbeddingRequest request, CancellationToken cancellationToken = default) =>
        Unwrap(_client.PredictAsync(endpoint, request, cancellationToken));

    /// <inheritdoc />
    public Task<JsonNode> PredictAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default) =>
        Unwrap(_client.PredictAsync(endpoint, inputs, cancellationToken));

    /// <inheritdoc />
    public IAsyncEnumerable<ChatChunk> PredictStreamAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default) =>
        Unwrap(_client.PredictStreamAsync(endpoint, request, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<CompletionChunk> PredictStreamAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default) =>
        Unwrap(_client.PredictStreamAsync(endpoint, request, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<JsonNode> PredictStreamAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default) =>
        Unwrap(_client.PredictStreamAsync(endpoint, inputs, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync(CancellationToken cancellationToken = default) => _client.ListEndpointsAsync(cancellationToken);

    /// <inheritdoc />
    public Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken = default) => _client.GetEndpointAsync(name, cancellationToken);

    /// <inheritdoc />
    public Task<GatewayHealth> GetHealthAsync(CancellationToken cancellationToken = default) => _client.GetHealthAsync(cancellationToken);

    /// <summary>Frees what the client holds.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    internal override void Register(IEndpointStub stub) => Stubs.Add(stub);

    internal Script Answer(FakeRequest request) =>
        Stubs.All().OrderBy(stub => stub.Rank).FirstOrDefault(stub => stub.Matches(request))?.Next(request) ?? AnswerRest(request);

    private static async Task<T> Unwrap<T>(Task<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (Exception e) when (ScriptedException.In(e) is { } scripted)
        {
            scripted.Throw();
            throw;
        }
    }

    private static async IAsyncEnumerable<T> Unwrap<T>(IAsyncEnumerable<T> stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = stream.GetAsyncEnumerator(cancellationToken);
        await using var end = items.ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (Exception e) when (ScriptedException.In(e) is { } scripted)
            {
                scripted.Throw();
            }

            yield return items.Current;
        }
    }
}
