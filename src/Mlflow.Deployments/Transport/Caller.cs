using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Telemetry;
using Polly;

namespace Mlflow.Deployments.Transport;

/// <summary>Makes one call: a place among the requests under way, time limit, retries, the status, the body, and the exception when any of them fails.</summary>
internal sealed class Caller(DeployClientOptions options, ILogger logger)
{
    private readonly ResiliencePipeline<HttpResponseMessage> _predictions = RetryPolicy.ForPredictions(options, logger);
    private readonly ResiliencePipeline<HttpResponseMessage> _reading = RetryPolicy.ForReading(options, logger);
    private readonly ResiliencePipeline<HttpResponseMessage> _writing = RetryPolicy.ForWriting(options, logger);

    // A circuit breaker counts for itself, so with one each endpoint has a pipeline of its own.
    private readonly ConcurrentDictionary<string, ResiliencePipeline<HttpResponseMessage>> _byEndpoint = new(StringComparer.Ordinal);

    private (string Option, TimeSpan Limit) ForModels => (nameof(DeployClientOptions.Timeout), options.Timeout);

    private (string Option, TimeSpan Limit) ForCatalog => options.CatalogTimeout is { } limit ? (nameof(DeployClientOptions.CatalogTimeout), limit) : ForModels;

    /// <summary>Gets what limits the requests under way; a stream holds its place until it ends.</summary>
    public RequestGate Gate { get; } = new(options.MaxConcurrentRequests);

    /// <summary>Asks a model and reads its whole answer.</summary>
    public Task<T> PredictAsync<T>(CallContext call, Func<CancellationToken, Task<HttpResponseMessage>> send, BodyParser<T> parse, CancellationToken cancellationToken) =>
        CallAsync(ForPredictions(call), ForModels, call, send, parse, cancellationToken);

    /// <summary>Reads something that the server keeps.</summary>
    public Task<T> ReadAsync<T>(CallContext call, Func<CancellationToken, Task<HttpResponseMessage>> send, BodyParser<T> parse, CancellationToken cancellationToken) =>
        CallAsync(_reading, ForCatalog, call, send, parse, cancellationToken);

    /// <summary>Changes something that the server keeps, and reads what it says about that.</summary>
    public Task<T> WriteAsync<T>(CallContext call, Func<CancellationToken, Task<HttpResponseMessage>> send, BodyParser<T> parse, CancellationToken cancellationToken) =>
        CallAsync(_writing, ForCatalog, call, send, parse, cancellationToken);

    /// <summary>Changes something that the server keeps, where its answer says nothing more.</summary>
    public Task WriteAsync(CallContext call, Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken) =>
        CallAsync(_writing, ForCatalog, call, send, parse: null as BodyParser<object>, cancellationToken);

    /// <summary>Sends a request that begins a stream; once it has begun, nothing is sent again.</summary>
    public ValueTask<HttpResponseMessage> SendAsync(CallContext call, Func<CancellationToken, Task<HttpResponseMessage>> send, TimeLimit limit) =>
        SendAsync(ForPredictions(call), call, send, limit);

    private static async ValueTask<HttpResponseMessage> SendAsync(
        ResiliencePipeline<HttpResponseMessage> pipeline, CallContext call, Func<CancellationToken, Task<HttpResponseMessage>> send, TimeLimit limit)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, limit.Token);
        context.Properties.Set(RetryPolicy.LimitKey, limit);
        context.Properties.Set(RetryPolicy.OnceKey, call.IsTriedOnce);
        try
        {
            return await pipeline.ExecuteAsync(static (context, send) => new ValueTask<HttpResponseMessage>(send(context.CancellationToken)), context, send).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<HttpResponseMessage> ForPredictions(CallContext call) => options.CircuitBreaker is null
        ? _predictions
        : _byEndpoint.GetOrAdd(call.Endpoint!, static (_, caller) => RetryPolicy.ForPredictions(caller.Options, caller.Logger), (Options: options, Logger: logger));

    private async Task<T> CallAsync<T>(
        ResiliencePipeline<HttpResponseMessage> pipeline,
        (string Option, TimeSpan Limit) time,
        CallContext call,
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        BodyParser<T>? parse,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var began = options.TimeProvider.GetTimestamp();
        using var limit = new TimeLimit(time.Option, time.Limit, options.TimeProvider, cancellationToken);
        try
        {
            using var place = await Gate.EnterAsync(limit.Token).ConfigureAwait(false);
            using var response = await SendAsync(pipeline, call, send, limit).ConfigureAwait(false);
            call.Answered(response, options.TimeProvider);
            await Answer.ThrowIfFailedAsync(response, call, options.TimeProvider, cancellationToken, limit.Token).ConfigureAwait(false);
            var result = parse is null ? default! : await Answer.ReadJsonAsync(response, parse, call, limit.Token).ConfigureAwait(false);
            (result as IAnswer)?.Take(call.RequestId, call.RateLimit);
            logger.CallDone(call, ElapsedMs());
            return result;
        }
        catch (Exception e)
        {
            var failure = Failures.Translate(e, call, limit, cancellationToken);
            logger.CallEnded(call, ElapsedMs(), failure);
            if (ReferenceEquals(failure, e))
            {
                throw;
            }

            throw failure;
        }

        double ElapsedMs() => options.TimeProvider.GetElapsedTime(began).TotalMilliseconds;
    }
}
