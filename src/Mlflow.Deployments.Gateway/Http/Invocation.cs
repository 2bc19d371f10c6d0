using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http.Validation;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Routing;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>A request in MLflow's wire format: body, endpoint, provider, answer.</summary>
internal sealed class Invocation(HttpContext context, GatewayState state, Operation operation, NormalizedRequest request) : Query(context, state)
{
    /// <summary>Reads and checks the body.</summary>
    /// <returns>Null when the request was refused; the answer has been sent.</returns>
    public static async ValueTask<NormalizedRequest?> ReadAsync(HttpContext context, Operation operation, bool needsModel)
    {
        using PooledBuffer? body = await RequestBody.ReadAsync(context);
        return body is null ? null : await CheckAsync(context, body, operation, needsModel);
    }

    /// <summary>Checks a body that has been read.</summary>
    /// <returns>Null when the request was refused; the answer has been sent.</returns>
    public static async ValueTask<NormalizedRequest?> CheckAsync(HttpContext context, PooledBuffer body, Operation operation, bool needsModel)
    {
        NormalizedRequest request = RequestNormalizer.Read(body.WrittenSpan, operation, needsModel);
        if (request.Problems.Count == 0)
        {
            return request;
        }

        request.Dispose();
        await Responses.WriteProblemsAsync(context, request.Problems);
        return null;
    }

    /// <summary>Asks what the name leads to.</summary>
    public static Task AnswerAsync(HttpContext context, GatewayState state, RouteTarget target, NormalizedRequest request) =>
        new Invocation(context, state, target.Operation, request).RunAsync(target, CallerKey.Of(context) ?? request.User);

    protected override async Task AnswerAsync(EndpointRuntime endpoint, bool isLast, CancellationToken ending)
    {
        var call = new ProviderCall
        {
            Endpoint = endpoint.Config,
            Operation = operation,
            IsStream = request.IsStream,
            Body = request.Body.WrittenMemory,
            StreamOptions = request.StreamOptions,
        };
        endpoint.Provider.Info.Require(operation, call.IsStream);
        StartWaiting();
        using ProviderAnswer answer = await endpoint.Provider.InvokeAsync(call, ending);
        if (answer.Events is null)
        {
            EndWaiting();
            await WriteBodyAsync(answer.Body!);
            return;
        }

        await using IAsyncEnumerator<ReadOnlyMemory<byte>> events = answer.Events.GetAsyncEnumerator(ending);
        // Nothing is sent before the first event, so that a failure until then still gets its own status, or another endpoint is tried.
        bool hasFirst = await events.MoveNextAsync();
        EndWaiting();
        AddDurations();
        await EventStreamWriter.WriteAsync(Context, events, hasFirst, call, State.Logger, ending);
    }

    private async Task WriteBodyAsync(PooledBuffer body)
    {
        AddDurations();
        Context.Response.ContentType = JsonText.MediaType;
        Context.Response.ContentLength = body.Count;
        await Context.Response.BodyWriter.WriteAsync(body.WrittenMemory, Context.RequestAborted);
    }
}
