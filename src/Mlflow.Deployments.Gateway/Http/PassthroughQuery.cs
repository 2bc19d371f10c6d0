using System.IO.Pipelines;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using Mlflow.Deployments.Gateway.Routing;
using Mlflow.Deployments.Gateway.Telemetry;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>A request in a provider's own format. Its answer goes to the client byte for byte, each piece as it comes.</summary>
internal sealed class PassthroughQuery(HttpContext context, GatewayState state, PassthroughAction action, PooledBuffer body, ModelField? field)
    : Query(context, state)
{
    private const int PieceSize = 16 * 1024;

    protected override async Task AnswerAsync(EndpointRuntime endpoint, bool isLast, CancellationToken ending)
    {
        IPassthrough passthrough = Require(endpoint);
        var call = new ProviderCall { Endpoint = endpoint.Config, Operation = endpoint.Config.Operation, IsStream = false, Body = body.WrittenMemory };
        StartWaiting();
        using HttpRequestMessage request = CreateRequest(passthrough);
        await passthrough.AddHeadersAsync(request, call, ending);
        PassthroughHeaders.CopyRequest(Context.Request, request);
        using PassthroughAnswer answer = await State.Passthrough.SendAsync(call, request, ending);
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            passthrough.Renew(request);
        }

        if (!isLast && answer.Status >= StatusCodes.Status400BadRequest)
        {
            throw ProviderException.FromStatus(answer.Status, JsonText.Encode($"The provider answered with status {answer.Status}."));
        }

        PipeWriter output = Context.Response.BodyWriter;
        // Nothing is sent before the first piece, so that a failure until then still gets its own status.
        int count = await answer.ReadAsync(output.GetMemory(PieceSize));
        EndWaiting();
        AddDurations();
        PassthroughHeaders.CopyAnswer(answer, Context.Response);
        if (!answer.CanHaveBody)
        {
            return;
        }

        try
        {
            while (count > 0)
            {
                output.Advance(count);
                await output.FlushAsync(Context.RequestAborted);
                count = await answer.ReadAsync(output.GetMemory(PieceSize));
            }
        }
        catch (ProviderException failure)
        {
            await BreakOffAsync(answer, call, failure);
        }
        catch (OperationCanceledException e) when (ending.IsCancellationRequested && !Context.RequestAborted.IsCancellationRequested)
        {
            await BreakOffAsync(answer, call, ProviderException.ShuttingDown(e));
        }
    }

    private IPassthrough Require(EndpointRuntime endpoint)
    {
        IPassthrough? passthrough = endpoint.Provider.Passthrough;
        if (passthrough?.Actions.Contains(action) == true)
        {
            return passthrough;
        }

        string supported = passthrough is null ? "none" : string.Join(", ", passthrough.Actions.Select(x => x.Path()));
        throw ProviderException.Refuse(
            StatusCodes.Status400BadRequest,
            $"The provider '{endpoint.Config.Model.Provider}' of endpoint '{endpoint.Config.Name}' does not support {action.Path()}. Supported pass-through routes: {supported}.");
    }

    private HttpRequestMessage CreateRequest(IPassthrough passthrough)
    {
        PooledBuffer content;
        if (field is not null && passthrough.Model is { } model)
        {
            content = field.Replace(body.WrittenSpan, model);
        }
        else
        {
            content = new PooledBuffer(body.Count);
            content.Write(body.WrittenSpan);
        }

        return new HttpRequestMessage(HttpMethod.Post, PassthroughHeaders.Address(passthrough.Address(action), Context.Request))
        {
            Content = new PooledContent(content),
        };
    }

    /// <summary>Ends an answer that has begun, so that nobody takes it for whole: a stream by an error event, anything else by a cut.</summary>
    private async Task BreakOffAsync(PassthroughAnswer answer, ProviderCall call, ProviderException failure)
    {
        State.Logger.PassthroughFailed(call.Endpoint.Name, call.Endpoint.Model.Provider, failure.Kind);
        if (!answer.IsOpenEventStream || answer.ContentHeaders.ContentLength is not null)
        {
            Context.Abort();
            return;
        }

        PassthroughErrors.WriteEvent(Context.Response.BodyWriter, action, failure);
        await Context.Response.BodyWriter.FlushAsync(Context.RequestAborted);
    }
}
