using Mlflow.Deployments.Testing.Serving;

namespace Mlflow.Deployments.Testing;

/// <summary>An MLflow AI Gateway for tests: a real server on a free port that answers as it is told, breaks as it is told, and keeps what it was asked.</summary>
/// <remarks>
/// Safe to use from many threads; many may run in one process. An endpoint exists, in the catalogue too, when it has a stub. Disposing ends all answers
/// that are under way.
/// </remarks>
public sealed class FakeGateway : FakeEndpoints, IAsyncDisposable, IDisposable
{
    private readonly FakeGatewayOptions _options;
    private readonly StubServer _server;

    private FakeGateway(FakeGatewayOptions options)
    {
        _options = options;
        _server = new(options.TimeProvider, Silence, request => AnswerRest(request, options.Dialect));
    }

    /// <summary>Gets the address of the server, without a path.</summary>
    public Uri Address => _server.Address;

    /// <summary>Gets the target that clients are given: <see cref="Address"/>, and for <see cref="DeployDialect.OpenAI"/> <c>/v1</c> after it.</summary>
    public string Target => _options.Dialect == DeployDialect.OpenAI ? new Uri(Address, "v1").ToString() : Address.ToString().TrimEnd('/');

    /// <inheritdoc />
    public override IReadOnlyList<FakeRequest> Requests => _server.Requests;

    /// <summary>Starts a gateway. When the task is done, it answers.</summary>
    /// <param name="options">How it behaves; null takes every default.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The gateway; dispose it at the end of the test.</returns>
    /// <exception cref="ArgumentException">An option has a value that makes no sense.</exception>
    public static Task<FakeGateway> StartAsync(FakeGatewayOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        options.Validate(nameof(options));
        // WireMock waits for its socket on the thread that starts it.
        return Task.Run(() => new FakeGateway(options), cancellationToken);
    }

    /// <summary>Makes a client of this gateway. It knows the dialect, so that it sends no request that the test did not ask for.</summary>
    /// <param name="options">The client's settings; copied. Null: every default, but a request that is sent again is sent at once, without the waits in between that a test has no time for.</param>
    /// <returns>The client; dispose it.</returns>
    public DeployClient CreateClient(DeployClientOptions? options = null)
    {
        options = options is null ? new() { RetryDelay = TimeSpan.Zero, RespectRetryAfter = false } : new(options);
        options.Dialect ??= _options.Dialect;
        return new(Target, options);
    }

    /// <summary>Ends all answers under way and stops the server.</summary>
    public void Dispose() => _server.Dispose();

    /// <summary>Ends all answers under way and stops the server.</summary>
    /// <returns>A task that is done when it has stopped.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal override void Register(IEndpointStub stub)
    {
        Stubs.Add(stub);
        _server.Answer(stub);
    }
}
