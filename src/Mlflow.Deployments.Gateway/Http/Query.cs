using System.Collections.Immutable;
using System.Globalization;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Limits;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Routing;
using Mlflow.Deployments.Gateway.Telemetry;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The way of one request that asks a model: for each endpoint to be tried the limit, then the attempt, until one has begun to answer.</summary>
internal abstract class Query(HttpContext context, GatewayState state)
{
    private readonly long _start = state.TimeProvider.GetTimestamp();
    private TimeSpan _waited;
    private long? _asked;

    protected HttpContext Context => context;

    protected GatewayState State => state;

    /// <summary>Asks, and sends an answer whatever happens, unless the client has left.</summary>
    public async Task RunAsync(RouteTarget target, string? callerKey)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, state.Shutdown.Over);
        ImmutableArray<EndpointRuntime> plan = target.Plan(callerKey);
        for (int i = 0; ; i++)
        {
            EndpointRuntime endpoint = plan[i];
            bool isLast = i == plan.Length - 1;
            if (target.Strategy is not null)
            {
                context.Response.Headers[GatewayHeaders.Endpoint] = endpoint.Config.Name;
                context.Response.Headers[GatewayHeaders.Attempts] = (i + 1).ToString(CultureInfo.InvariantCulture);
            }

            if (await TryAsync(endpoint, isLast, ending.Token) is not { } failure)
            {
                return;
            }

            if (isLast || failure.Kind == FailureKind.ShuttingDown)
            {
                AddDurations();
                await Responses.WriteFailureAsync(
                    context, target.Strategy == RoutingStrategy.Fallback ? failure.AfterAttempts(i + 1, endpoint.Config.Name) : failure);
                return;
            }
        }
    }

    /// <summary>Asks one endpoint and sends its answer.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="isLast">No other endpoint will be tried, so what comes is the answer, whatever it is.</param>
    /// <param name="ending">Fires when the client has left, or the gateway ends and cannot wait any longer.</param>
    /// <exception cref="ProviderException">There is no answer, and nothing has been sent.</exception>
    protected abstract Task AnswerAsync(EndpointRuntime endpoint, bool isLast, CancellationToken ending);

    /// <summary>From here on time is spent on a provider, until <see cref="EndWaiting"/> or the failure of the attempt.</summary>
    protected void StartWaiting() => _asked = state.TimeProvider.GetTimestamp();

    /// <summary>From here on time is the gateway's own again.</summary>
    protected void EndWaiting()
    {
        if (_asked is { } asked)
        {
            _waited += state.TimeProvider.GetElapsedTime(asked);
            _asked = null;
        }
    }

    /// <summary>Tells in the headers how long it took until now. To be called before anything is sent.</summary>
    protected void AddDurations()
    {
        state.Shutdown.AskForAnotherConnection(context);
        TimeSpan total = state.TimeProvider.GetElapsedTime(_start);
        context.Response.Headers[GatewayHeaders.Duration] = Milliseconds(total);
        context.Response.Headers[GatewayHeaders.OverheadDuration] = Milliseconds(total - _waited);
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private async Task<ProviderException?> TryAsync(EndpointRuntime endpoint, bool isLast, CancellationToken ending)
    {
        EndpointConfig config = endpoint.Config;
        try
        {
            if (await AdmitAsync(config) is { } refusal)
            {
                return refusal;
            }

            await AnswerAsync(endpoint, isLast, ending);
            return null;
        }
        catch (ProviderException failure)
        {
            state.Logger.InvocationFailed(config.Name, config.Model.Provider, failure.Kind, failure.Status);
            return failure;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            state.Logger.ClientLeft(config.Name);
            return null;
        }
        catch (OperationCanceledException e) when (ending.IsCancellationRequested)
        {
            var failure = ProviderException.ShuttingDown(e);
            state.Logger.InvocationFailed(config.Name, config.Model.Provider, failure.Kind, failure.Status);
            return failure;
        }
        finally
        {
            EndWaiting();
        }
    }

    private async ValueTask<ProviderException?> AdmitAsync(EndpointConfig endpoint)
    {
        if (endpoint.Limit is not { } limit)
        {
            // Another endpoint's, which was tried before.
            RateLimitHeaders.Clear(context.Response.Headers);
            return null;
        }

        RateLimitDecision decision = await state.Limiter.AdmitAsync(endpoint.Name, limit);
        RateLimitHeaders.Set(context.Response.Headers, limit, decision);
        switch (decision.Verdict)
        {
            case RateLimitVerdict.Exceeded:
                state.Logger.RateLimited(endpoint.Name, limit.Calls, limit.RenewalPeriod);
                return ProviderException.RateLimited(
                    string.Create(CultureInfo.InvariantCulture, $"Rate limit exceeded: {limit.Calls} per {limit.Period}"), RateLimitHeaders.Seconds(decision.Reset));
            case RateLimitVerdict.Unavailable:
                return new ProviderException(FailureKind.LimitUnavailable, $"The rate limit of endpoint '{endpoint.Name}' cannot be checked now; send the request again later.");
            default:
                return null;
        }
    }
}
