namespace Mlflow.Deployments.Errors;

/// <summary>What was being done, for the words of an exception. The words are made only when there is one.</summary>
internal sealed class CallContext
{
    private readonly DeployTarget _target;
    private readonly string? _what;
    private HttpResponseMessage? _response;
    private TimeProvider? _clock;

    private CallContext(DeployTarget target, string? endpoint, string? what) => (_target, Endpoint, _what) = (target, endpoint, what);

    /// <summary>Gets the endpoint that is asked; null for calls that ask none.</summary>
    public string? Endpoint { get; }

    /// <summary>Gets the subject of a sentence: <c>Endpoint 'chat'</c>, or <c>The list of endpoints</c>.</summary>
    public string What => _what ?? $"Endpoint '{Endpoint}'";

    /// <summary>Gets the server's address without credentials.</summary>
    public string Server => _target.ToString();

    /// <summary>Gets the time limit of a caller's own client.</summary>
    public TimeSpan ClientTimeout => _target.ClientTimeout;

    /// <summary>Gets whether a failure goes to the caller at once, who decides about trying again.</summary>
    public bool IsTriedOnce { get; private init; }

    /// <summary>Gets the server's id of the request, as soon as it has answered.</summary>
    public string? RequestId => _response is null ? null : ResponseHeaders.RequestId(_response.Headers);

    /// <summary>Gets what the server said about its limits, as soon as it has answered.</summary>
    public RateLimitInfo? RateLimit => _response is null ? null : ResponseHeaders.RateLimit(_response.Headers, _clock!);

    /// <summary>Takes note of the answer: what its headers tell stays true when its body fails.</summary>
    public void Answered(HttpResponseMessage response, TimeProvider clock) => (_response, _clock) = (response, clock);

    public static CallContext ForEndpoint(string endpoint, DeployTarget target, bool isTriedOnce = false) => new(target, endpoint, what: null) { IsTriedOnce = isTriedOnce };

    public static CallContext ForServer(string what, DeployTarget target) => new(target, endpoint: null, what);
}
