using System.Net;
using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Telemetry;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Mlflow.Deployments.Transport;

/// <summary>Decides when a request is sent again, and when an endpoint is left alone.</summary>
internal static class RetryPolicy
{
    /// <summary>The time limit of the call, so that the circuit breaker can tell a time-out from a caller who leaves.</summary>
    public static readonly ResiliencePropertyKey<TimeLimit> LimitKey = new("mlflow.limit");

    /// <summary>Whether the caller decides about trying again.</summary>
    public static readonly ResiliencePropertyKey<bool> OnceKey = new("mlflow.once");

    /// <summary>Makes the pipeline for requests that ask a model: a try that was accepted may have been paid for.</summary>
    public static ResiliencePipeline<HttpResponseMessage> ForPredictions(DeployClientOptions options, ILogger logger) =>
        Build(options, logger, isWide: options.RetryMode == RetryMode.Mlflow, options.CircuitBreaker);

    /// <summary>Makes the pipeline for requests that only read.</summary>
    public static ResiliencePipeline<HttpResponseMessage> ForReading(DeployClientOptions options, ILogger logger) =>
        Build(options, logger, isWide: true, breaker: null);

    /// <summary>Makes the pipeline for requests that change what the server keeps: a try that was accepted may have done its work.</summary>
    public static ResiliencePipeline<HttpResponseMessage> ForWriting(DeployClientOptions options, ILogger logger) =>
        Build(options, logger, isWide: false, breaker: null);

    private static ResiliencePipeline<HttpResponseMessage> Build(DeployClientOptions options, ILogger logger, bool isWide, CircuitBreakerOptions? breaker)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = options.TimeProvider };
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(Retry(options, logger, isWide));
        }

        // Inside the retries: each try counts, and an endpoint that is left alone is not tried again.
        if (breaker is not null)
        {
            builder.AddCircuitBreaker(Breaker(breaker));
        }

        return builder.Build();
    }

    // An exception of the family comes from a credential that got no token: the request itself was not sent.
    private static RetryStrategyOptions<HttpResponseMessage> Retry(DeployClientOptions options, ILogger logger, bool isWide)
    {
        return new()
        {
            MaxRetryAttempts = options.MaxRetries,
            Delay = options.RetryDelay,
            MaxDelay = options.RetryDelay > Defaults.MaxRetryDelay ? options.RetryDelay : Defaults.MaxRetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => ValueTask.FromResult(!arguments.Context.Properties.GetValue(OnceKey, false) && arguments.Outcome switch
            {
                { Exception: DeployException noToken } => noToken.IsTransient && !(noToken.RetryAfter > options.MaxRetryAfter),
                { Exception: { } exception } => NeverReachedTheServer(exception) || (isWide && exception is HttpRequestException or IOException),
                { Result: { } response } => IsRetried(response.StatusCode, isWide) && !(RetryAfter(response) > options.MaxRetryAfter),
                _ => false,
            }),
            DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome switch
            {
                { Exception: DeployException noToken } => options.RespectRetryAfter ? noToken.RetryAfter : null,
                { Result: { } response } => RetryAfter(response),
                _ => null,
            }),
            OnRetry = arguments =>
            {
                var status = arguments.Outcome.Result?.StatusCode ?? (arguments.Outcome.Exception as DeployException)?.StatusCode;
                logger.Retrying(arguments.AttemptNumber + 1, options.MaxRetries, (int?)status, arguments.RetryDelay.TotalMilliseconds);
                return ValueTask.CompletedTask;
            },
        };

        TimeSpan? RetryAfter(HttpResponseMessage response) =>
            options.RespectRetryAfter ? ResponseHeaders.RetryAfter(response.Headers, options.TimeProvider) : null;
    }

    private static CircuitBreakerStrategyOptions<HttpResponseMessage> Breaker(CircuitBreakerOptions options) => new()
    {
        FailureRatio = options.FailureRatio,
        MinimumThroughput = options.MinimumThroughput,
        SamplingDuration = options.SamplingDuration,
        BreakDuration = options.BreakDuration,
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
        {
            { Exception: DeployAuthenticationException } => false, // no token: the endpoint was not asked
            { Exception: OperationCanceledException } => arguments.Context.Properties.GetValue(LimitKey, null!) is { IsExceeded: true },
            { Exception: not null } => true,
            { Result: { } response } => response.StatusCode >= HttpStatusCode.InternalServerError,
            _ => false,
        }),
    };

    private static bool IsRetried(HttpStatusCode status, bool isWide) => status switch
    {
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => true,
        HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway => isWide,
        _ => false,
    };

    private static bool NeverReachedTheServer(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError };
}
