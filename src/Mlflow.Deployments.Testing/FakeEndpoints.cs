using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Testing.Scripts;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing;

/// <summary>What all fakes have: endpoints that answer as they are told, and keep what they were asked.</summary>
/// <remarks>Safe to use from many threads.</remarks>
public abstract class FakeEndpoints
{
    private int _stubs;

    private protected FakeEndpoints()
    {
    }

    /// <summary>Gets or sets whether the health check succeeds.</summary>
    /// <value>True. False: it gets status 503.</value>
    public bool IsHealthy { get; set; } = true;

    /// <summary>Gets all requests that came so far, in the order of their arrival: those for models, the catalogue and health.</summary>
    public abstract IReadOnlyList<FakeRequest> Requests { get; }

    /// <summary>Gets the requests that nobody expected: no stub was for them, or their path is none of a gateway. They were answered with status 404.</summary>
    public IReadOnlyList<FakeRequest> UnexpectedRequests => [.. Requests.Where(request => request.Surprise is not null)];

    internal SilenceGate Silence { get; } = new();

    /// <summary>Gets which kind of server the fake passes for.</summary>
    internal virtual DeployDialect Dialect => DeployDialect.MlflowGateway;

    private protected StubList Stubs { get; } = new();

    /// <summary>Adds a chat endpoint, or another stub to it.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <returns>The stub; tell it what to answer.</returns>
    public EndpointStub<ChatRequest, ChatAnswer> Chat(string endpoint) => Add(StubKinds.Chat, endpoint);

    /// <summary>Adds a completions endpoint, or another stub to it.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <returns>The stub; tell it what to answer.</returns>
    public EndpointStub<CompletionRequest, CompletionAnswer> Completions(string endpoint) => Add(StubKinds.Completions, endpoint);

    /// <summary>Adds an embeddings endpoint, or another stub to it. Without further words it answers with vectors of <see cref="FakeVectors"/>.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <returns>The stub; tell it what to answer.</returns>
    public EndpointStub<EmbeddingRequest, EmbeddingAnswer> Embeddings(string endpoint) => Add(StubKinds.Embeddings, endpoint);

    /// <summary>Adds an endpoint that takes JSON objects of any form, or another stub to it. A stub for the kind of the request goes before it.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <returns>The stub; tell it what to answer.</returns>
    public EndpointStub<JsonObject, JsonNode> Json(string endpoint) => Add(StubKinds.Json, endpoint);

    /// <summary>Checks that an endpoint was asked, and returns what it was asked.</summary>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="times">How often exactly; null for at least once.</param>
    /// <param name="where">Which requests count; null for all of the endpoint.</param>
    /// <returns>The requests that count, in the order of their arrival.</returns>
    /// <exception cref="FakeVerificationException">It was asked more or less often; the message lists what came.</exception>
    public IReadOnlyList<FakeRequest> Received(string endpoint, int? times = null, Func<FakeRequest, bool>? where = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        ArgumentOutOfRangeException.ThrowIfNegative(times ?? 0, nameof(times));
        var all = Requests;
        FakeRequest[] counted = [.. all.Where(request => request.IsInvocation && request.Endpoint == endpoint && where?.Invoke(request) != false)];
        return (times is null && counted.Length > 0) || counted.Length == times
            ? counted
            : throw new FakeVerificationException(Verification.Count(endpoint, times, where is not null, counted.Length, all));
    }

    /// <summary>Checks that no request came that no stub was for.</summary>
    /// <exception cref="FakeVerificationException">Some came; the message lists them and says what is stubbed.</exception>
    public void VerifyNoUnexpectedRequests()
    {
        if (UnexpectedRequests is { Count: > 0 } unexpected)
        {
            throw new FakeVerificationException(Verification.Unexpected(unexpected));
        }
    }

    /// <summary>Lets all answers go on that a fault has made silent.</summary>
    public void ReleaseSilence() => Silence.Release();

    /// <summary>Waits until an answer has fallen silent, since the start or the last <see cref="ReleaseSilence"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that is done when the caller waits in vain.</returns>
    public Task WaitForSilenceAsync(CancellationToken cancellationToken = default) => Silence.Entered.WaitAsync(cancellationToken);

    /// <summary>Takes a stub; one that is there already has another rank now.</summary>
    internal abstract void Register(IEndpointStub stub);

    /// <summary>Answers what no stub is for: the catalogue, the health, and requests that nobody expected.</summary>
    private protected Script AnswerRest(FakeRequest request)
    {
        var stubs = Stubs.All();
        if (request.IsInvocation || request.Route.Kind == RouteKind.Unknown)
        {
            request.Surprise = request.Trouble ?? SurpriseOf(request, stubs);
        }

        return CatalogueWire.Answer(request, [.. stubs.Select(stub => stub.Endpoint).DistinctBy(endpoint => endpoint.Name, StringComparer.Ordinal)], Dialect, IsHealthy);
    }

    private static string SurpriseOf(FakeRequest request, IReadOnlyList<IEndpointStub> stubs)
    {
        string[] names = [.. stubs.Select(stub => $"'{stub.Endpoint.Name}'").Distinct(StringComparer.Ordinal)];
        return request.Endpoint is { } name && stubs.Any(stub => stub.Endpoint.Name == name)
            ? $"no stub of '{name}' is for this request: its kind is {request.Type?.Value ?? "none that is known"}, or no condition holds"
            : $"there is no stub for '{request.Endpoint ?? request.Path}'; there are {(names.Length == 0 ? "none at all" : string.Join(", ", names))}";
    }

    private EndpointStub<TRequest, TAnswer> Add<TRequest, TAnswer>(StubKind<TRequest, TAnswer> kind, string endpoint)
        where TRequest : class
        where TAnswer : class
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        return new(kind, endpoint, Interlocked.Increment(ref _stubs), this);
    }
}
