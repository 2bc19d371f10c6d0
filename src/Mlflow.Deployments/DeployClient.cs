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
using Mlflow.Deployments.Telemetry;
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
    private readonly DialectResolver _dialects;

    /// <summary>Makes a client.</summary>
    /// <param name="target">Where the server is: <c>http(s)://host[:port][/prefix]</c>, <c>databricks</c>, <c>databricks://PROFILE</c> or <c>openai</c>.</param>
    /// <exception cref="ArgumentException">The target is none of these, or what it needs of the environment is missing.</exception>
    public DeployClient(string target)
        : this(DeployTarget.Resolve(target, nameof(target), Environment.GetEnvironmentVariable), new(), null, nameof(target))
    {
    }

    /// <summary>Makes a client.</summary>
    /// <param name="target">Where the server is: <c>http(s)://host[:port][/prefix]</c>, <c>databricks</c>, <c>databricks://PROFILE</c> or <c>openai</c>; wins over <see cref="DeployClientOptions.Target"/>.</param>
    /// <param name="options">The settings; copied.</param>
    /// <exception cref="ArgumentException">The target is none of these, what it needs of the environment is missing, or a setting makes no sense.</exception>
    public DeployClient(string target, DeployClientOptions options)
        : this(DeployTarget.Resolve(target, nameof(target), Environment.GetEnvironmentVariable), Copy(options), null, nameof(options))
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

    internal DeployClient(DeployTarget target, DeployClientOptions options, HttpClient? callersClient, string argumentName)
    {
        options.Validate(argumentName);
        CredentialChoice.Check(target, options, callersClient, argumentName);
        _options = options;
        _target = callersClient is null ? target : target with { ClientTimeout = callersClient.Timeout };
        _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger(Log.Category);
        Telemetry = new(target, options, _logger);
        _http = HttpPipeline.Create(target, options, callersClient);
        _caller = new(options, _logger);
        _dialects = new(_http, target, _caller, options, _logger);
    }

    /// <summary>Gets the server's address without credentials.</summary>
    internal string Server => _target.ToString();

    /// <summary>Gets where the server is, without credentials.</summary>
    internal Uri Address => _target.Address;

    /// <summary>Makes a client from the environment, as Python's client does.</summary>
    /// <param name="options">Settings; what they leave open is taken from the environment. Not changed.</param>
    /// <returns>The client.</returns>
    /// <remarks>
    /// Reads <c>MLFLOW_DEPLOYMENTS_TARGET</c>; for http(s) targets the credentials <c>MLFLOW_TRACKING_USERNAME</c> with
    /// <c>MLFLOW_TRACKING_PASSWORD</c>, else <c>MLFLOW_TRACKING_TOKEN</c>; <c>MLFLOW_TRACKING_INSECURE_TLS</c>; <c>MLFLOW_WORKSPACE</c>; and the
    /// variables that the options name, for example <see cref="DeployClientOptions.Timeout"/>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Neither the environment nor the options name a target.</exception>
    public static DeployClient FromEnvironment(DeployClientOptions? options = null)
    {
        var merged = DeployClientOptions.FromEnvironment(options, Environment.GetEnvironmentVariable);
        try
        {
            return new(DeployTarget.Resolve(merged.Target, nameof(options), Environment.GetEnvironmentVariable), merged, null, nameof(options));
        }
        catch (ArgumentException e) when (options?.Target is null)
        {
            throw new InvalidOperationException($"The environment variable MLFLOW_DEPLOYMENTS_TARGET, or one beside it, cannot be used: {e.Message}", e);
        }
    }

    /// <inheritdoc />
    public Task<ChatResponse> PredictAsync(string endpoint, ChatRequest request, CancellationToken cancellationToken = default) =>
        PredictAsync(endpoint, RequestKind.Chat, Arguments.Checked(request), request.Extra, DeployJson.Default.ChatRequest, ChatResponseReader.Read, cancellationToken);

    /// <inheritdoc />
    public Task<CompletionResponse> PredictAsync(string endpoint, CompletionRequest request, CancellationToken cancellationToken = default) =>
        PredictAsync(endpoint, RequestKind.Completions, Arguments.Checked(request), request.Extra, DeployJson.Default.CompletionRequest, static json => JsonSerializer.Deserialize(json, DeployJson.Default.CompletionResponse), cancellationToken);

    /// <inheritdoc />
    public Task<EmbeddingResponse> PredictAsync(string endpoint, EmbeddingRequest request, CancellationToken cancellationToken = default) =>
        PredictAsync(endpoint, RequestKind.Embeddings, Arguments.Checked(request), request.Extra, DeployJson.Default.EmbeddingRequest, EmbeddingResponseReader.Read, cancellationToken);

    /// <inheritdoc />
    public Task<JsonNode> PredictAsync(string endpoint, JsonObject inputs, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        ArgumentNullException.ThrowIfNull(inputs);
        Arguments.RefuseStream(inputs, nameof(inputs));
        return PredictAsync(endpoint, KindOf(inputs), JsonBody.Of(inputs, stream: false, nameof(inputs)), JsonNodeReader.Read, cancellationToken);
    }

    /// <summary>Asks an endpoint of any kind with types of the caller's own, for example a model server's <c>inputs</c> and <c>predictions</c>.</summary>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TResponse">The type of the answer.</typeparam>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="request">The body of the request; read during the call, not changed.</param>
    /// <param name="requestType">How the request is written, from a <see cref="System.Text.Json.Serialization.JsonSerializerContext"/> of the caller.</param>
    /// <param name="responseType">How the answer is read, likewise.</param>
    /// <param name="cancellationToken">Cancels the call, and the server's work with it.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="DeployException">The call failed; the kinds are those of the chat overload.</exception>
    public Task<TResponse> PredictAsync<TRequest, TResponse>(
        string endpoint, TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TResponse> responseType, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(requestType);
        ArgumentNullException.ThrowIfNull(responseType);
        return PredictAsync(endpoint, RequestKind.Other, JsonBody.Of(request, requestType, nameof(request)), json => JsonSerializer.Deserialize(json, responseType), cancellationToken);
    }

    /// <summary>Gets the settings, for what is built on a client.</summary>
    internal DeployClientOptions Settings => _options;

    /// <summary>Asks an embeddings endpoint without trying again: a run of many requests paces them itself.</summary>
    internal Task<EmbeddingResponse> PredictOnceAsync(string endpoint, EmbeddingRequest request, CancellationToken cancellationToken) => PredictAsync(
        endpoint, RequestKind.Embeddings, Arguments.Checked(request), request.Extra, DeployJson.Default.EmbeddingRequest, EmbeddingResponseReader.Read, cancellationToken, isTriedOnce: true);

    /// <summary>Disposes what the client made itself: never a caller's <see cref="HttpClient"/>, and not the connections that clients share.</summary>
    public void Dispose()
    {
        _http.Dispose();
    }

    private static DeployClientOptions Copy(DeployClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    private static DeployTarget AddressOf(HttpClient httpClient, DeployClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(httpClient);
        ArgumentNullException.ThrowIfNull(options);
        return options.Target is not null ? DeployTarget.Resolve(options.Target, nameof(options), Environment.GetEnvironmentVariable)
            : httpClient.BaseAddress is { } address ? DeployTarget.FromAddress(address, nameof(httpClient))
            : throw new ArgumentException("There is no address: set DeployClientOptions.Target, or the base address of the HttpClient.", nameof(options));
    }

    private Task<TResponse> PredictAsync<TRequest, TResponse>(
        string endpoint,
        RequestKind kind,
        TRequest request,
        IDictionary<string, JsonElement>? extra,
        JsonTypeInfo<TRequest> requestType,
        BodyParser<TResponse> parse,
        CancellationToken cancellationToken,
        bool isTriedOnce = false)
    {
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        return PredictAsync(endpoint, kind, JsonBody.Of(request, requestType, nameof(request), extra), parse, cancellationToken, isTriedOnce);
    }

    private Task<TResponse> PredictAsync<TResponse>(
        string endpoint, RequestKind kind, JsonBody body, BodyParser<TResponse> parse, CancellationToken cancellationToken, bool isTriedOnce = false) =>
        Telemetry.IsObserved ? ObserveAsync(endpoint, kind, body, parse, isTriedOnce, cancellationToken) : AskAsync(endpoint, kind, body, parse, isTriedOnce, cancellationToken);

    private Task<TResponse> AskAsync<TResponse>(
        string endpoint, RequestKind kind, JsonBody body, BodyParser<TResponse> parse, bool isTriedOnce, CancellationToken cancellationToken) =>
        _caller.PredictAsync(CallContext.ForEndpoint(endpoint, _target, isTriedOnce), token => InvokeAsync(endpoint, kind, body, token), parse, cancellationToken);

    private Task<HttpResponseMessage> InvokeAsync(string endpoint, RequestKind kind, JsonBody body, CancellationToken cancellationToken)
    {
        var dialect = _dialects.GetAsync(cancellationToken);
        return dialect.IsCompletedSuccessfully ? dialect.Result.InvokeAsync(endpoint, kind, body, cancellationToken) : InvokeAsync(dialect, endpoint, kind, body, cancellationToken);
    }

    private static async Task<HttpResponseMessage> InvokeAsync(ValueTask<IDialect> dialect, string endpoint, RequestKind kind, JsonBody body, CancellationToken cancellationToken)
    {
        var found = await dialect.ConfigureAwait(false);
        return await found.InvokeAsync(endpoint, kind, body, cancellationToken).ConfigureAwait(false);
    }

    // Only servers with a route for each kind ask for it, and they know these three.
    private static RequestKind KindOf(JsonObject inputs) =>
        inputs.ContainsKey("messages") ? RequestKind.Chat
        : inputs.ContainsKey("prompt") ? RequestKind.Completions
        : inputs.ContainsKey("input") ? RequestKind.Embeddings
        : RequestKind.Other;
}
