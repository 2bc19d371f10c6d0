using System.Net;
using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Telemetry;
using Polly;
using Polly.Retry;

namespace Mlflow.Deployments.Transport;

/// <summary>Decides when a request is sent again. The rule: only when the server cannot have done the work, or said that it did not.</summary>
internal static class RetryPolicy
{
    /// <summary>Makes the pipeline for requests that ask a model: a try that was accepted may have been paid for.</summary>
    public static ResiliencePipeline<HttpResponseMessage> ForPredictions(DeployClientOptions options, ILogger logger) =>
        Build(options, logger, status => status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable);

    /// <summary>Makes the pipeline for requests that only read.</summary>
    public static ResiliencePipeline<HttpResponseMessage> ForReading(DeployClientOptions options, ILogger logger) =>
        Build(options, logger, status => status
            is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway);

    private static ResiliencePipeline<HttpResponseMessage> Build(DeployClientOptions options, ILogger logger, Func<HttpStatusCode, bool> isRetried)
    {
        if (options.MaxRetries == 0)
        {
            return ResiliencePipeline<HttpResponseMessage>.Empty;
        }

        var clock = options.TimeProvider;
        var strategy = new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = options.MaxRetries,
            Delay = Defaults.RetryDelay,
            MaxDelay = Defaults.MaxRetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
            {
                { Exception: { } exception } => NeverReachedTheServer(exception),
                { Result: { } response } => isRetried(response.StatusCode) && !(RetryAfter(response) > options.MaxRetryAfter),
                _ => false,
            }),
            DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } response ? RetryAfter(response) : null),
            OnRetry = arguments =>
            {
                logger.Retrying(arguments.AttemptNumber + 1, options.MaxRetries, (int?)arguments.Outcome.Result?.StatusCode, arguments.RetryDelay.TotalMilliseconds);
                return ValueTask.CompletedTask;
            },
        };
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }.AddRetry(strategy).Build();

        TimeSpan? RetryAfter(HttpResponseMessage response) => ResponseHeaders.RetryAfter(response.Headers, clock);
    }

    private static bool NeverReachedTheServer(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError };
}
