using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Dialects;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

/// <summary>Asks the endpoints of an MLflow AI Gateway: chat, completions, embeddings, and what there is to ask.</summary>
/// <remarks>
/// Safe to use from many threads at once; make one for each server and keep it. Clients share one pool of connections, so making many costs
/// little. The .NET equivalent of Python's <c>mlflow.deployments.get_deploy_client</c>.
/// </remarks>
public sealed partial class DeployClient : IDeployClient, IDisposable
{
    private readonly DeployClientOptions _options;
    private readonly DeployTarget _target;
    private readonly HttpClient _http;
    private readonly ILogger _logger;
    private readonly Caller _caller;
    private readonly MlflowGatewayDialect _dialect;

    /// <summary>Makes a client.</summary>
    /// <param name="target">Where the server is: <c>http(s)://host[:port][/prefix]</c>.</param>
    /// <exception cref="ArgumentException">The target is no such address.</exception>
    public DeployClient(string target)
        : this(DeployTarget.Parse(target, nameof(target)), new(), null, nameof(target))
    {
    }

    /// <summary>Makes a client.</summary>
    /// <param name="target">Where the server is: <c>http(s)://host[:port][/prefix]</c>; wins over <see cref="DeployClientOptions.Target"/>.</param>
    /// <param name="options">The settings; copied.</param>
    /// <exception cref="ArgumentException">The target is no such address, or a setting makes no sense.</exception>
    public DeployClient(string target, DeployClientOptions options)
        : this(DeployTarget.Parse(target, nameof(target)), Copy(options), null, nameof(options))
    {
    }

    /// <summary>Makes a client that sends through the caller's <see cref="HttpClient"/>, which is used as it is and never disposed.</summary>
    /// <param name="httpClient">What requests are sent through, with its handlers, its proxy and its own time-out.</param>
    /// <param name="options">The settings; copied. The address is <see cref="DeployClientOptions.Target"/>, else the base address of <paramref name="httpClient"/>.</param>
    /// <exception cref="ArgumentException">There is no address, or a setting makes no sense.</exception>
    public DeployClient(HttpClient httpClient, DeployClientOptions options)
        : this(AddressOf(httpClient, options), Copy(options), httpClient, nameof(options))
    {
    }

    private DeployClient(DeployTarget target, DeployClientOptions options, HttpClient? callersClient, string argumentName)
    {
        options.Validate(argumentName);
        _options = options;
        _target = target;
        _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Mlflow.Deployments");
        _http = HttpPipeline.Create(target, options, callersClient);
        _caller = new(options, _logger);
        _dialect = new(_http, target, _caller);
    }

    /// <summary>Makes a client from the environment, as Python's client does.</summary>
    /// <param name="options">Settings; what they leave open is taken from the environment. Not changed.</param>
    /// <returns>The client.</returns>
    /// <remarks>
    /// Reads <c>MLFLOW_DEPLOYMENTS_TARGET</c>; the credentials <c>MLFLOW_TRACKING_USERNAME</c> with <c>MLFLOW_TRACKING_PASSWORD</c>, else
    /// <c>MLFLOW_TRACKING_TOKEN</c>; and <c>MLFLOW_TRACKING_INSECURE_TLS</c>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Neither the environment nor the options name a target.</exception>
    public static DeployClient FromEnvironment(DeployClientOptions? options = null)
    {
        var merged = DeployClientOptions.FromEnvironment(options, Environment.GetEnvironmentVariable);
        return new(DeployTarget.Parse(merged.Target, nameof(options)), merged, null, nameof(options));
    }

    /// <inheritdoc />
    public Task<ChatResponse> PredictAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default) =>
        PredictAsync(endpoint, Arguments.Checked(request), DeployJson.Default.ChatRequest, static json => JsonSerializer.Deserialize(json, DeployJson.Default.ChatResponse), cancellationToken);

    /// <inheritdoc />
    public Task<CompletionResponse> PredictAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default) =>
        PredictAsync(endpoint, Arguments.Checked(request), DeployJson.Default.CompletionRequest, static json => JsonSerializer.Deserialize(json, DeployJson.Default.CompletionResponse), cancellationToken);

    /// <inheritdoc />
    public Task<EmbeddingResponse> PredictAsync(string endpoint, EmbeddingRequest request, CancellationToken cancellationToken = default) =>
        PredictAsync(endpoint, Arguments.Checked(request), DeployJson.Default.EmbeddingRequest, EmbeddingResponseReader.Read, cancellationToken);

    /// <inheritdoc />
    public Task<JsonNode> PredictAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        ArgumentNullException.ThrowIfNull(inputs);
        Arguments.RefuseStream(inputs, nameof(inputs));
        return PredictAsync(endpoint, JsonBody.Of(inputs, stream: false, nameof(inputs)), static json => JsonSerializer.Deserialize(json, DeployJson.Default.JsonNode), cancellationToken);
    }

    /// <summary>Disposes what the client made itself: never a caller's <see cref="HttpClient"/>, and not the connections that clients share.</summary>
    public void Dispose() => _http.Dispose();

    private static DeployClientOptions Copy(DeployClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    private static DeployTarget AddressOf(HttpClient httpClient, DeployClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(httpClient);
        ArgumentNullException.ThrowIfNull(options);
        return options.Target is not null ? DeployTarget.Parse(options.Target, nameof(options))
            : httpClient.BaseAddress is { } address ? DeployTarget.Parse(address, nameof(httpClient))
            : throw new ArgumentException("There is no address: set DeployClientOptions.Target, or the base address of the HttpClient.", nameof(options));
    }

    private Task<TResponse> PredictAsync<TRequest, TResponse>(
        string endpoint, TRequest request, JsonTypeInfo<TRequest> requestType, BodyParser<TResponse> parse, CancellationToken cancellationToken)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        return PredictAsync(endpoint, JsonBody.Of(request, requestType, nameof(request)), parse, cancellationToken);
    }

    private Task<TResponse> PredictAsync<TResponse>(string endpoint, JsonBody body, BodyParser<TResponse> parse, CancellationToken cancellationToken) =>
        _caller.PredictAsync(CallContext.ForEndpoint(endpoint, _target), token => _dialect.InvokeAsync(endpoint, body, token), parse, cancellationToken);
}
