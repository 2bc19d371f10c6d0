using Mlflow.Deployments.Testing.Recording;
using Mlflow.Deployments.Testing.Serving;

namespace Mlflow.Deployments.Testing;

/// <summary>An MLflow AI Gateway for tests: a real server on a free port that answers as it is told, breaks as it is told, and keeps what it was asked.</summary>
/// <remarks>
/// Safe to use from many threads; many may run in one process. An endpoint exists, in the catalogue too, when it has a stub. Disposing ends all answers
/// that are under way.
/// </remarks>
public sealed class FakeGateway : FakeEndpoints, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly FakeGatewayOptions _options;
    private readonly StubServer _server;

    private readonly Recorder? _recorder;

    private FakeGateway(FakeGatewayOptions options, Recorder? recorder, Replayer? replayer)
    {
        _options = options;
        _recorder = recorder;
        _server = new(options.TimeProvider, Silence, request =>
            recorder is not null ? new() { Forward = (context, stopping) => recorder.ForwardAsync(request, Dialect, context, stopping), Steps = [] }
            : replayer?.Answer(request, Dialect) ?? AnswerRest(request));
    }

    /// <summary>Gets the address of the server, without a path.</summary>
    public Uri Address => _server.Address;

    /// <summary>Gets the target that clients are given: <see cref="Address"/>, and for <see cref="DeployDialect.OpenAI"/> <c>/v1</c> after it.</summary>
    public string Target => Dialect == DeployDialect.OpenAI ? new Uri(Address, "v1").ToString() : Address.ToString().TrimEnd('/');

    /// <inheritdoc />
    public override IReadOnlyList<FakeRequest> Requests => _server.Requests;

    internal override DeployDialect Dialect => _options.Dialect;

    /// <summary>Starts a gateway. When the task is done, it answers.</summary>
    /// <param name="options">How it behaves; null takes every default.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The gateway; dispose it at the end of the test.</returns>
    /// <exception cref="ArgumentException">An option has a value that makes no sense.</exception>
    public static Task<FakeGateway> StartAsync(FakeGatewayOptions? options = null, CancellationToken cancellationToken = default) =>
        StartAsync(options, static () => null, static () => null, cancellationToken);

    /// <summary>Starts a gateway that passes requests on to a real one and stores the answers, one readable JSON file an exchange. A stub goes before the real gateway.</summary>
    /// <param name="target">The address of the real gateway, without credentials: those of the client go along.</param>
    /// <param name="folder">Where the files go; made if it is not there. A file of the same request is replaced.</param>
    /// <param name="options">How it behaves; null takes every default.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The gateway. Disposing it asynchronously waits for what is under way, so that all is stored.</returns>
    /// <remarks>
    /// No header of a request is stored; credentials that turn up in a body are replaced, and so are fields with names such as <c>api_key</c>. An answer that breaks off is not
    /// stored; one whose caller leaves is read to its end.
    /// </remarks>
    /// <exception cref="ArgumentException">The target is no http address, or holds credentials.</exception>
    public static Task<FakeGateway> RecordAsync(string target, string folder, FakeGatewayOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Uri.TryCreate(target, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
        {
            throw new ArgumentException("The target must be an address such as http://localhost:5000, without credentials; give those to the client that asks.", nameof(target));
        }

        return StartAsync(options, () => new Recorder(address, folder), static () => null, cancellationToken);
    }

    /// <summary>Starts a gateway that answers from recordings of <see cref="RecordAsync"/>. A stub goes before a recording.</summary>
    /// <param name="folder">Where the recordings are.</param>
    /// <param name="options">How it behaves; null takes every default.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The gateway.</returns>
    /// <remarks>
    /// A recording is found by method, path, query and body, whatever the order of its fields. Of several for one request each has its turn, and the last repeats. Any other request gets status 501
    /// with a message that names the closest recording, and stands in <see cref="FakeEndpoints.UnexpectedRequests"/>.
    /// </remarks>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is no recording in the folder, or a file that is none.</exception>
    public static Task<FakeGateway> ReplayAsync(string folder, FakeGatewayOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return StartAsync(options, static () => null, () => new Replayer(folder), cancellationToken);
    }

    /// <summary>Makes a client of this gateway. It knows the dialect, so that it sends no request that the test did not ask for.</summary>
    /// <param name="options">The client's settings; copied. Null: every default, but a request that is sent again is sent at once, without the waits in between that a test has no time for.</param>
    /// <returns>The client; dispose it.</returns>
    public DeployClient CreateClient(DeployClientOptions? options = null)
    {
        options = options is null ? new() { RetryDelay = TimeSpan.Zero, RespectRetryAfter = false } : new(options);
        options.Dialect ??= Dialect;
        return new(Target, options);
    }

    /// <summary>Ends all answers under way and stops the server.</summary>
    public void Dispose()
    {
        _server.Dispose();
        _recorder?.Dispose();
    }

    /// <summary>Stores what is being recorded, for at most 10 seconds, ends all other answers under way and stops the server.</summary>
    /// <returns>A task that is done when it has stopped.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_recorder is not null)
        {
            await _recorder.WhenIdleAsync(LongestEnd, _options.TimeProvider).ConfigureAwait(false);
        }

        Dispose();
    }

    private static Task<FakeGateway> StartAsync(FakeGatewayOptions? options, Func<Recorder?> recorder, Func<Replayer?> replayer, CancellationToken cancellationToken)
    {
        options ??= new();
        options.Validate(nameof(options));
        // WireMock waits for its socket on the thread that starts it, and folders are read on the way.
        return Task.Run(() => new FakeGateway(options, recorder(), replayer()), cancellationToken);
    }

    internal override void Register(IEndpointStub stub)
    {
        Stubs.Add(stub);
        _server.Answer(stub);
    }
}
