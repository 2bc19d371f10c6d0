using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Mlflow.Deployments;

/// <summary>Every setting of a <see cref="DeployClient"/>.</summary>
/// <remarks>A client copies what it needs when it is made; later changes have no effect on it. <c>ToString()</c> shows no secret.</remarks>
public sealed class DeployClientOptions
{
    private IDictionary<string, string> _defaultHeaders = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes options with the defaults.</summary>
    public DeployClientOptions()
    {
    }

    /// <summary>Copies options, to change some for one client; the copy and its headers are on their own.</summary>
    /// <param name="other">What is copied.</param>
    public DeployClientOptions(DeployClientOptions other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Target = other.Target;
        Dialect = other.Dialect;
        Token = other.Token;
        Username = other.Username;
        Password = other.Password;
        TokenProvider = other.TokenProvider;
        DefaultHeaders = new Dictionary<string, string>(other.DefaultHeaders, StringComparer.OrdinalIgnoreCase);
        AllowInsecureTls = other.AllowInsecureTls;
        Timeout = other.Timeout;
        CatalogTimeout = other.CatalogTimeout;
        FirstByteTimeout = other.FirstByteTimeout;
        StreamIdleTimeout = other.StreamIdleTimeout;
        MaxEventBytes = other.MaxEventBytes;
        IncludeStreamUsage = other.IncludeStreamUsage;
        MaxRetries = other.MaxRetries;
        RetryMode = other.RetryMode;
        RetryDelay = other.RetryDelay;
        MaxRetryAfter = other.MaxRetryAfter;
        RespectRetryAfter = other.RespectRetryAfter;
        CircuitBreaker = other.CircuitBreaker?.Copy();
        MaxConcurrentRequests = other.MaxConcurrentRequests;
        EnableSensitiveData = other.EnableSensitiveData;
        TimeProvider = other.TimeProvider;
        LoggerFactory = other.LoggerFactory;
    }

    /// <summary>Gets or sets where the server is: <c>http(s)://host[:port][/prefix]</c>, <c>databricks</c>, <c>databricks://PROFILE</c> or <c>openai</c>.</summary>
    /// <value>Null. Required unless the constructor is given a target, or an <see cref="HttpClient"/> with a base address.</value>
    /// <remarks>A user name and a password in the address are sent as Basic credentials and never shown.</remarks>
    public string? Target { get; set; }

    /// <summary>Gets or sets which kind of server is asked.</summary>
    /// <value>Null: found out from the target.</value>
    public DeployDialect? Dialect { get; set; }

    /// <summary>Gets or sets the token sent as <c>Authorization: Bearer</c>.</summary>
    /// <value>Null: none is sent. <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_TRACKING_TOKEN</c>.</value>
    /// <remarks><see cref="Username"/> with <see cref="Password"/> wins over it, as in Python. It wins over what the targets <c>databricks</c> and <c>openai</c> find in the environment.</remarks>
    public string? Token { get; set; }

    /// <summary>Gets or sets the user name sent, with <see cref="Password"/>, as <c>Authorization: Basic</c>.</summary>
    /// <value>Null. <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_TRACKING_USERNAME</c>.</value>
    public string? Username { get; set; }

    /// <summary>Gets or sets the password that goes with <see cref="Username"/>.</summary>
    /// <value>Null. <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_TRACKING_PASSWORD</c>.</value>
    public string? Password { get; set; }

    /// <summary>Gets or sets a function that is asked for the Bearer token before each request, for tokens that end.</summary>
    /// <value>Null. Wins over <see cref="Token"/> and <see cref="Username"/>.</value>
    /// <remarks>It must be safe to call from several threads at once; it should keep the token until shortly before it ends.</remarks>
    public Func<CancellationToken, ValueTask<string>>? TokenProvider { get; set; }

    /// <summary>Gets or sets headers that are sent with every request.</summary>
    /// <value>Empty, never null; names ignore case.</value>
    public IDictionary<string, string> DefaultHeaders
    {
        get => _defaultHeaders;
        set => _defaultHeaders = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Gets or sets whether a server's certificate is taken unchecked. Only for tests: anyone on the way can then read the traffic.</summary>
    /// <value>False. <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_TRACKING_INSECURE_TLS</c>. Without effect on a caller's own <see cref="HttpClient"/>.</value>
    public bool AllowInsecureTls { get; set; }

    /// <summary>Gets or sets the longest time that a call without a stream may take, retries and reading the answer included.</summary>
    /// <value>5 minutes. Must be positive, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit. <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT</c>, in seconds.</value>
    /// <remarks>A breach throws <see cref="DeployTimeoutException"/>.</remarks>
    public TimeSpan Timeout { get; set; } = Defaults.Timeout;

    /// <summary>Gets or sets the longest time that a call about endpoints may take (list, get, management), retries included.</summary>
    /// <value>Null: <see cref="Timeout"/> counts. Else positive, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit. <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_DEPLOYMENT_CLIENT_HTTP_REQUEST_TIMEOUT</c>, in seconds.</value>
    /// <remarks>A breach throws <see cref="DeployTimeoutException"/>. A health check has a shorter limit of its own.</remarks>
    public TimeSpan? CatalogTimeout { get; set; }

    /// <summary>Gets or sets the longest wait for the first byte of a stream, retries included.</summary>
    /// <value>5 minutes. Must be positive, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</value>
    /// <remarks>A breach throws <see cref="DeployTimeoutException"/>. After the first byte <see cref="StreamIdleTimeout"/> counts.</remarks>
    public TimeSpan FirstByteTimeout { get; set; } = Defaults.FirstByteTimeout;

    /// <summary>Gets or sets the longest silence allowed between two bytes of a stream.</summary>
    /// <value>60 seconds. Must be positive, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</value>
    /// <remarks>
    /// Not a limit on the whole stream, and the time that the caller takes over a chunk does not count. Comments that a server sends to keep
    /// the connection open count as bytes. A breach throws <see cref="DeployTimeoutException"/>.
    /// </remarks>
    public TimeSpan StreamIdleTimeout { get; set; } = Defaults.StreamIdleTimeout;

    /// <summary>Gets or sets the largest event of a stream that is taken, in bytes.</summary>
    /// <value>1 MiB. Must be positive.</value>
    /// <remarks>A breach throws <see cref="DeployStreamException"/>.</remarks>
    public int MaxEventBytes { get; set; } = Defaults.MaxEventBytes;

    /// <summary>Gets or sets whether streams are asked to tell the tokens used (<c>stream_options.include_usage</c>).</summary>
    /// <value>True.</value>
    /// <remarks>A request's own <c>StreamOptions</c> wins.</remarks>
    public bool IncludeStreamUsage { get; set; } = true;

    /// <summary>Gets or sets how often a request is sent again.</summary>
    /// <value>2. From 0 (never) to 10.</value>
    /// <remarks>
    /// Sent again after a failure to connect, 429 and 503; reading requests (the catalogue) also after 500 and 502. Never after a time-out, and never
    /// once an answer has begun: the model may have done the paid work. <see cref="RetryMode"/> can widen that.
    /// <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_HTTP_REQUEST_MAX_RETRIES</c>.
    /// </remarks>
    public int MaxRetries { get; set; } = Defaults.MaxRetries;

    /// <summary>Gets or sets when a request that asks a model is sent again.</summary>
    /// <value><see cref="RetryMode.Safe"/>.</value>
    public RetryMode RetryMode { get; set; }

    /// <summary>Gets or sets the wait before the first retry; it doubles with each further one, up to 20 seconds (or this value, if it is longer), and varies by chance.</summary>
    /// <value>500 milliseconds. Must not be negative. <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR</c>, in seconds.</value>
    /// <remarks>A <c>Retry-After</c> of the server wins over it.</remarks>
    public TimeSpan RetryDelay { get; set; } = Defaults.RetryDelay;

    /// <summary>Gets or sets whether a server's <c>Retry-After</c> is waited for.</summary>
    /// <value>True. <see cref="DeployClient.FromEnvironment"/> takes <c>MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER</c>.</value>
    public bool RespectRetryAfter { get; set; } = true;

    /// <summary>Gets or sets the longest <c>Retry-After</c> that is waited for.</summary>
    /// <value>60 seconds. Must not be negative.</value>
    /// <remarks>Of a server that asks for more, the call fails at once, with <see cref="DeployException.RetryAfter"/> on the exception.</remarks>
    public TimeSpan MaxRetryAfter { get; set; } = Defaults.MaxRetryAfter;

    /// <summary>Gets or sets when an endpoint that keeps failing is left alone for a while.</summary>
    /// <value>Null: never.</value>
    /// <remarks>A call to an endpoint that is left alone fails at once with a <see cref="DeployException"/> whose <see cref="DeployException.RetryAfter"/> says how long.</remarks>
    public CircuitBreakerOptions? CircuitBreaker { get; set; }

    /// <summary>Gets or sets the number of requests that the client has under way at once; further ones wait, within their time limits. A stream counts until its end.</summary>
    /// <value>Null: no limit. At least 1.</value>
    public int? MaxConcurrentRequests { get; set; }

    /// <summary>Gets or sets whether prompts and answers are put on spans, and into log messages of the level Trace.</summary>
    /// <value>False. True only where whoever can read the telemetry may read what users write.</value>
    /// <remarks>Credentials and headers never are.</remarks>
    public bool EnableSensitiveData { get; set; }

    /// <summary>Gets or sets the clock of all time limits and waits.</summary>
    /// <value>The system's clock.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets where log messages go.</summary>
    /// <value>Null: nowhere. Secrets are never logged; prompts and answers only with <see cref="EnableSensitiveData"/>.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Adds what the environment says to options, without touching the originals.</summary>
    internal static DeployClientOptions FromEnvironment(DeployClientOptions? options, Func<string, string?> read)
    {
        var merged = options is null ? new() : new DeployClientOptions(options);
        merged.Target ??= NonEmpty(read("MLFLOW_DEPLOYMENTS_TARGET"))
            ?? throw new InvalidOperationException(
                "There is no target: set the environment variable MLFLOW_DEPLOYMENTS_TARGET (for example to http://localhost:5000), or set DeployClientOptions.Target.");
        if (merged is { Token: null, Username: null, TokenProvider: null } && !DeployTarget.HasOwnCredentials(merged.Target))
        {
            merged.Token = NonEmpty(read("MLFLOW_TRACKING_TOKEN"));
            if (NonEmpty(read("MLFLOW_TRACKING_USERNAME")) is { } user && NonEmpty(read("MLFLOW_TRACKING_PASSWORD")) is { } password)
            {
                (merged.Username, merged.Password) = (user, password); // one without the other counts as none, as in Python
            }
        }

        merged.Timeout = Seconds(read, "MLFLOW_DEPLOYMENT_PREDICT_TIMEOUT") is { } timeout && merged.Timeout == Defaults.Timeout ? timeout : merged.Timeout;
        merged.CatalogTimeout ??= Seconds(read, "MLFLOW_DEPLOYMENT_CLIENT_HTTP_REQUEST_TIMEOUT");
        merged.MaxRetries = WholeNumber(read, "MLFLOW_HTTP_REQUEST_MAX_RETRIES") is { } retries && merged.MaxRetries == Defaults.MaxRetries ? retries : merged.MaxRetries;
        merged.RetryDelay = Seconds(read, "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR") is { } delay && merged.RetryDelay == Defaults.RetryDelay ? delay : merged.RetryDelay;
        merged.RespectRetryAfter &= !IsFalse(read("MLFLOW_HTTP_RESPECT_RETRY_AFTER_HEADER"));
        if (NonEmpty(read("MLFLOW_WORKSPACE")) is { } workspace)
        {
            merged.DefaultHeaders.TryAdd("X-MLFLOW-WORKSPACE", workspace);
        }

        merged.AllowInsecureTls |= read("MLFLOW_TRACKING_INSECURE_TLS") is { } insecure
            && (insecure.Equals("true", StringComparison.OrdinalIgnoreCase) || insecure == "1");
        return merged;
    }

    /// <summary>Throws for the first property whose value makes no sense.</summary>
    internal void Validate(string argumentName)
    {
        foreach (var problem in Problems())
        {
            throw new ArgumentException(problem, argumentName);
        }
    }

    /// <summary>Tells each property whose value makes no sense: its name, the value and what is allowed.</summary>
    internal IEnumerable<string> Problems()
    {
        foreach (var (name, limit) in new[] { (nameof(Timeout), Timeout), (nameof(CatalogTimeout), CatalogTimeout), (nameof(FirstByteTimeout), FirstByteTimeout), (nameof(StreamIdleTimeout), StreamIdleTimeout) })
        {
            if (limit is { } value && (value <= TimeSpan.Zero || value > Defaults.LongestTimeout) && value != System.Threading.Timeout.InfiniteTimeSpan)
            {
                yield return $"{name} is {value}; it must be positive and up to {Defaults.LongestTimeout.Days} days, or Timeout.InfiniteTimeSpan for no limit.";
            }
        }

        if (MaxRetryAfter < TimeSpan.Zero)
        {
            yield return $"{nameof(MaxRetryAfter)} is {MaxRetryAfter}; it must not be negative.";
        }

        if (MaxRetries is < 0 or > 10)
        {
            yield return $"{nameof(MaxRetries)} is {MaxRetries}; it must be from 0 to 10.";
        }

        if (!Enum.IsDefined(RetryMode))
        {
            yield return $"{nameof(RetryMode)} is {RetryMode}, which is no mode.";
        }

        if (RetryDelay < TimeSpan.Zero)
        {
            yield return $"{nameof(RetryDelay)} is {RetryDelay}; it must not be negative.";
        }

        if (MaxConcurrentRequests < 1)
        {
            yield return $"{nameof(MaxConcurrentRequests)} is {MaxConcurrentRequests}; it must be at least 1, or null for no limit.";
        }

        foreach (var problem in CircuitBreaker?.Problems() ?? [])
        {
            yield return $"{nameof(CircuitBreaker)}:{problem}";
        }

        if (Token is not null && !IsHeaderText(Token))
        {
            yield return $"{nameof(Token)} has a character that headers cannot carry: a line break from a file, or a letter beyond ASCII.";
        }

        using var probe = new HttpRequestMessage();
        foreach (var (name, value) in DefaultHeaders)
        {
            if (!probe.Headers.TryAddWithoutValidation(name, string.Empty))
            {
                yield return $"{nameof(DefaultHeaders)} has '{name}', which is no name of a request header.";
            }

            if (!IsHeaderText(value))
            {
                yield return $"{nameof(DefaultHeaders)}['{name}'] has a character that headers cannot carry; only printable ASCII goes.";
            }
        }

        if (MaxEventBytes <= 0)
        {
            yield return $"{nameof(MaxEventBytes)} is {MaxEventBytes}; it must be positive.";
        }

        if (TimeProvider is null)
        {
            yield return $"{nameof(TimeProvider)} is null; leave it out for the system's clock.";
        }

        if (Password is not null && Username is null)
        {
            yield return $"{nameof(Password)} is set without {nameof(Username)}.";
        }

        if (Dialect is { } dialect && !Enum.IsDefined(dialect))
        {
            yield return $"{nameof(Dialect)} is {dialect}, which is no dialect.";
        }
    }

    /// <summary>Tells whether a text can be the value of a header as it is.</summary>
    internal static bool IsHeaderText(string? text) => text is not null && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;

    private static TimeSpan? Seconds(Func<string, string?> read, string name) => Number(read, name) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static double? Number(Func<string, string?> read, string name) =>
        NonEmpty(read(name)) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1e6 ? number
        : throw new InvalidOperationException($"The environment variable {name} is '{text}'; it must be a number from 0 to 1000000.");

    private static int? WholeNumber(Func<string, string?> read, string name) =>
        NonEmpty(read(name)) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidOperationException($"The environment variable {name} is '{text}'; it must be a whole number.");

    private static bool IsFalse(string? text) => text is not null && (text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0");

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
