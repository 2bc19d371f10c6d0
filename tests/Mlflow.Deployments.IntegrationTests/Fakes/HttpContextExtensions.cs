using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>The steps of an answer, good and bad.</summary>
internal static class HttpContextExtensions
{
    public static async Task AnswerAsync(this HttpContext context, string body, string? contentType = "application/json", int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.SendAsync(body);
    }

    /// <summary>Promises a longer body than will come: when the delegate returns, what was sent still arrives, and then the connection ends.</summary>
    public static void WillBeCut(this HttpContext context) => context.Response.ContentLength = 100_000_000;

    /// <summary>Sends the headers of an event stream, and no byte of the body.</summary>
    public static Task BeginStreamAsync(this HttpContext context, string contentType = "text/event-stream")
    {
        context.Response.ContentType = contentType;
        return context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public static Task SendAsync(this HttpContext context, string text) => context.SendAsync(Encoding.UTF8.GetBytes(text));

    public static async Task SendAsync(this HttpContext context, ReadOnlyMemory<byte> bytes)
    {
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Waits until the client has gone.</summary>
    public static Task UntilAbortedAsync(this HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task;
    }

    public static async Task<string> ReadBodyAsync(this HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }

    /// <summary>Closes the connection with a TCP reset, not with an orderly end.</summary>
    public static void Reset(this HttpContext context)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
