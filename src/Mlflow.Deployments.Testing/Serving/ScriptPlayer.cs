using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing.Serving;

/// <summary>Plays scripts on Kestrel's own terms: chunks, delays, silence, and connections that break.</summary>
internal sealed class ScriptPlayer(TimeProvider clock, SilenceGate silence, CancellationToken stopping)
{
    // Longer than any answer: when the body ends before it, the client sees a broken one.
    private const long PromisedLength = 100_000_000;

    private static readonly object Key = new();

    /// <summary>Leaves a script to be played once WireMock has done its part.</summary>
    public static void Leave(HttpContext context, Script script) => context.Items[Key] = script;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        await next(context).ConfigureAwait(false);
        if (context.Items[Key] is Script script)
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            try
            {
                context.Response.Headers.Clear();
                await (script.Forward is { } forward ? forward(context, stopping) : PlayAsync(context, script, ending.Token)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException && ending.IsCancellationRequested)
            {
                context.Abort(); // the client has gone, or the fake is at its end
            }
        }
    }

    private async Task PlayAsync(HttpContext context, Script script, CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.StatusCode = script.Status;
        response.ContentType = script.ContentType;
        response.ContentLength = script.IsCut ? PromisedLength : null;
        foreach (var (name, value) in script.Headers)
        {
            response.Headers[name] = value;
        }

        foreach (var step in script.Steps)
        {
            switch (step.Kind)
            {
                case StepKind.Send:
                    await response.Body.WriteAsync(step.Bytes, cancellationToken).ConfigureAwait(false);
                    await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case StepKind.Headers:
                    await response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case StepKind.Wait:
                    await Task.Delay(step.Time, clock, cancellationToken).ConfigureAwait(false);
                    break;
                case StepKind.Silence:
                    await silence.WaitAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case StepKind.Reset:
                    Reset(context);
                    return;
                default:
                    return; // cut: Kestrel closes the connection, because the promised length did not come
            }
        }
    }

    // With a lingering time of zero, closing a socket is a reset.
    private static void Reset(HttpContext context)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
