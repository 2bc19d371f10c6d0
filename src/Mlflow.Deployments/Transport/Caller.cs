using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Telemetry;
using Polly;

namespace Mlflow.Deployments.Transport;

/// <summary>Makes one call: time limit, retries, the status, the body, and the exception that a caller gets when any of them fails.</summary>
internal sealed class Caller(DeployClientOptions options, ILogger logger)
{
    private readonly ResiliencePipeline<HttpResponseMessage> _predictions = RetryPolicy.ForPredictions(options, logger);
    private readonly ResiliencePipeline<HttpResponseMessage> _reading = RetryPolicy.ForReading(options, logger);

    /// <summary>Asks a model and reads its whole answer.</summary>
    public Task<T> PredictAsync<T>(CallContext call, Func<CancellationToken, Task<HttpResponseMessage>> send, BodyParser<T> parse, CancellationToken cancellationToken) =>
        CallAsync(_predictions, call, send, parse, cancellationToken);

    /// <summary>Reads something that the server keeps.</summary>
    public Task<T> ReadAsync<T>(CallContext call, Func<CancellationToken, Task<HttpResponseMessage>> send, BodyParser<T> parse, CancellationToken cancellationToken) =>
        CallAsync(_reading, call, send, parse, cancellationToken);

    /// <summary>Sends a request that begins a stream; once it has begun, nothing is sent again.</summary>
    public Task<HttpResponseMessage> SendAsync(Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken) =>
        SendAsync(_predictions, send, cancellationToken);

    private static async Task<HttpResponseMessage> SendAsync(
        ResiliencePipeline<HttpResponseMessage> retries, Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken) =>
        await retries.ExecuteAsync(static async (send, token) => await send(token).ConfigureAwait(false), send, cancellationToken).ConfigureAwait(false);

    private async Task<T> CallAsync<T>(
        ResiliencePipeline<HttpResponseMessage> retries,
        CallContext call,
        Func<CancellationToken, Task<HttpResponseMessage>> send,
        BodyParser<T> parse,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var began = options.TimeProvider.GetTimestamp();
        using var limit = new TimeLimit(nameof(DeployClientOptions.Timeout), options.Timeout, options.TimeProvider, cancellationToken);
        try
        {
            using var response = await SendAsync(retries, send, limit.Token).ConfigureAwait(false);
            await Answer.ThrowIfFailedAsync(response, call, options.TimeProvider, cancellationToken, limit.Token).ConfigureAwait(false);
            var result = await Answer.ReadJsonAsync(response, parse, call, limit.Token).ConfigureAwait(false);
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
