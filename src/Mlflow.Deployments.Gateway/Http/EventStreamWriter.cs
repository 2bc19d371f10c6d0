using System.IO.Pipelines;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Telemetry;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Sends a stream as server-sent events, each flushed as it comes.</summary>
internal static class EventStreamWriter
{
    private const int MaxUnsentBytes = 32 * 1024;

    /// <summary>Sends what has begun. A failure becomes one error event and the orderly end of the body.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="source">The stream, at its first event.</param>
    /// <param name="hasNext">There is a first event.</param>
    /// <param name="call">What it answers.</param>
    /// <param name="logger">Is told about a failure.</param>
    /// <param name="ending">Fires when the client has left, or the gateway ends and cannot wait any longer.</param>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async Task WriteAsync(
        HttpContext context, IAsyncEnumerator<ReadOnlyMemory<byte>> source, bool hasNext, ProviderCall call, ILogger logger, CancellationToken ending)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        // Says to nginx, which is often in front, not to hold events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        PipeWriter output = context.Response.BodyWriter;
        // The server's own buffer takes a lock for each event, and keeps what is written before the headers in pieces of their own.
        using var unsent = new PooledBuffer();
        int count = 0;
        try
        {
            while (hasNext)
            {
                count++;
                Write(unsent, source.Current.Span);
                ValueTask<bool> next = source.MoveNextAsync();
                // An event never waits for the one behind it; what is there already goes out together.
                hasNext = next.IsCompleted && unsent.Count < MaxUnsentBytes
                    ? await next
                    : await SendAsync(output, unsent, next, context.RequestAborted);
            }
            Write(unsent, "[DONE]"u8);
        }
        catch (ProviderException failure)
        {
            Fail(failure);
        }
        catch (OperationCanceledException e) when (ending.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            Fail(ProviderException.ShuttingDown(e));
        }
        await output.WriteAsync(unsent.WrittenMemory, context.RequestAborted);

        void Fail(ProviderException failure)
        {
            logger.StreamFailed(call.Endpoint.Name, call.Endpoint.Model.Provider, failure.Kind, count);
            WriteError(unsent, failure);
        }
    }

    /// <summary>Sends what is there while the next event is waited for.</summary>
    private static async ValueTask<bool> SendAsync(PipeWriter output, PooledBuffer unsent, ValueTask<bool> next, CancellationToken requestAborted)
    {
        OperationCanceledException? left = null;
        try
        {
            await output.WriteAsync(unsent.WrittenMemory, requestAborted);
            unsent.Truncate(0);
        }
        catch (OperationCanceledException e)
        {
            // Ends the wait for the next event too; an enumerator may not be disposed under one.
            left = e;
        }

        bool hasNext = await next;
        return left is null ? hasNext : throw left;
    }

    private static void Write(PooledBuffer output, ReadOnlySpan<byte> payload)
    {
        output.Write("data: "u8);
        output.Write(payload);
        output.Write("\n\n"u8);
    }

    private static void WriteError(PooledBuffer output, ProviderException failure)
    {
        output.Write("data: "u8);
        using (Utf8JsonWriter writer = JsonText.CreateWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error"u8);
            writer.WriteString("message"u8, failure.Message);
            writer.WriteString("type"u8, failure.EventType);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        output.Write("\n\n"u8);
    }
}
