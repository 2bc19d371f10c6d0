using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http.Validation;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Limits;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Routing;
using Mlflow.Deployments.Gateway.Telemetry;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The way of one request that asks a model: body, limit, endpoint, provider, answer.</summary>
internal static class Invocation
{
    /// <summary>Reads and checks the body.</summary>
    /// <returns>Null when the request was refused; the answer has been sent.</returns>
    public static async ValueTask<NormalizedRequest?> ReadAsync(HttpContext context, Operation operation, bool needsModel)
    {
        using PooledBuffer? body = await RequestBody.ReadAsync(context);
        if (body is null)
        {
            return null;
        }

        NormalizedRequest request = RequestNormalizer.Read(body.WrittenSpan, operation, needsModel);
        if (request.Problems.Count == 0)
        {
            return request;
        }

        request.Dispose();
        await Responses.WriteProblemsAsync(context, request.Problems);
        return null;
    }

    public static async Task AnswerAsync(HttpContext context, GatewayState state, RouteTarget target, NormalizedRequest request)
    {
        EndpointRuntime endpoint = target.Choose();
        RateLimitDecision decision = state.Limiter.Admit(endpoint.Config);
        if (!decision.IsAdmitted)
        {
            LimitConfig limit = endpoint.Config.Limit!;
            state.Logger.RateLimited(endpoint.Config.Name, limit.Calls, limit.RenewalPeriod);
            await Responses.WriteRateLimitedAsync(context, limit, decision);
            return;
        }
        var call = new ProviderCall
        {
            Endpoint = endpoint.Config,
            Operation = target.Operation,
            IsStream = request.IsStream,
            Body = request.Body.WrittenMemory,
            StreamOptions = request.StreamOptions,
        };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, state.Shutdown);
        try
        {
            endpoint.Provider.Info.Require(call.Operation, call.IsStream);
            using ProviderAnswer answer = await endpoint.Provider.InvokeAsync(call, ending.Token);
            if (answer.Events is { } events)
            {
                await EventStreamWriter.WriteAsync(context, events, call, state.Logger, ending.Token);
            }
            else
            {
                await WriteBodyAsync(context, answer.Body!);
            }
        }
        catch (ProviderException failure)
        {
            state.Logger.InvocationFailed(call.Endpoint.Name, call.Endpoint.Model.Provider, failure.Kind, failure.Status);
            await Responses.WriteFailureAsync(context, failure);
        }
        catch (OperationCanceledException e) when (ending.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            var failure = ProviderException.ShuttingDown(e);
            state.Logger.InvocationFailed(call.Endpoint.Name, call.Endpoint.Model.Provider, failure.Kind, failure.Status);
            await Responses.WriteFailureAsync(context, failure);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            state.Logger.ClientLeft(call.Endpoint.Name);
        }
    }

    private static async Task WriteBodyAsync(HttpContext context, PooledBuffer body)
    {
        context.Response.ContentType = JsonText.MediaType;
        context.Response.ContentLength = body.Count;
        await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
