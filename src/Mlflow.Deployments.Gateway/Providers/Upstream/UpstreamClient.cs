using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>Sends the requests of all HTTP providers and reads what comes back: time limits, errors, streams. One call, never a retry.</summary>
internal sealed class UpstreamClient(UpstreamPools pools, UpstreamTimeouts defaults, TimeProvider timeProvider)
{
    /// <summary>A large batch of embeddings stays far below; more would only fill the memory.</summary>
    private const int MaxAnswerBytes = 256 * 1024 * 1024;

    public async ValueTask<ProviderAnswer> InvokeAsync(UpstreamTranslator translator, ProviderCall call, CancellationToken cancellationToken)
    {
        UpstreamTimeouts timeouts = defaults.For(call.Endpoint);
        var deadline = new UpstreamDeadline(timeouts, timeProvider, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(translator, call, timeouts.Connect, deadline);
            MediaTypeHeaderValue? contentType = response.Content.Headers.ContentType;
            if (call.IsStream && response.IsSuccessStatusCode && translator.Framing.Is(contentType?.MediaType))
            {
                var answer = new ProviderAnswer(UpstreamEvents.ReadAsync(response, translator.Framing, translator.OpenStream(call), call, deadline));
                // From here on the events own both.
                (response, deadline) = (null, null!);
                return answer;
            }
            return await ReadAnswerAsync(response, contentType, translator, call, deadline);
        }
        finally
        {
            response?.Dispose();
            deadline?.Dispose();
        }
    }

    /// <summary>Sends a request as it is, for credentials that are fetched from a server of their own.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        pools.For(defaults.Connect).SendAsync(request, cancellationToken);

    private async ValueTask<HttpResponseMessage> SendAsync(UpstreamTranslator translator, ProviderCall call, TimeSpan connect, UpstreamDeadline deadline)
    {
        try
        {
            using HttpRequestMessage request = await translator.CreateRequestAsync(call, deadline.Token);
            HttpResponseMessage response = await pools.For(connect).SendAsync(request, deadline.Token);
            deadline.Restart();
            return response;
        }
        catch (Exception e) when (UpstreamFailures.IsOfSending(e, deadline))
        {
            throw UpstreamFailures.OfSending(e, call, connect, deadline, translator);
        }
    }

    private static async ValueTask<ProviderAnswer> ReadAnswerAsync(
        HttpResponseMessage response, MediaTypeHeaderValue? contentType, UpstreamTranslator translator, ProviderCall call, UpstreamDeadline deadline)
    {
        bool isJson = Is(contentType, JsonText.MediaType);
        if (!isJson && !Is(contentType, "text/plain"))
        {
            throw UpstreamFailures.ContentType(response);
        }

        using PooledBuffer body = await ReadBodyAsync(response, translator, call, deadline);
        if (isJson && !Utf8.IsValid(body.WrittenSpan))
        {
            throw UpstreamFailures.Unreadable(call, "it is not UTF-8");
        }

        if ((int)response.StatusCode >= 400)
        {
            throw translator.TranslateError(call, response, body.WrittenMemory, isJson);
        }

        var output = new PooledBuffer(body.Count + 128);
        try
        {
            translator.WriteAnswer(call, body.WrittenSpan, output);
            (PooledBuffer answer, output) = (output, null!);
            return new ProviderAnswer(answer);
        }
        catch (JsonException e)
        {
            throw UpstreamFailures.Unreadable(call, "it is not JSON", e);
        }
        catch (UnexpectedShapeException e)
        {
            throw UpstreamFailures.ReportedOr(body.WrittenMemory, call, e);
        }
        finally
        {
            output?.Dispose();
        }
    }

    private static async ValueTask<PooledBuffer> ReadBodyAsync(HttpResponseMessage response, UpstreamTranslator translator, ProviderCall call, UpstreamDeadline deadline)
    {
        long announced = response.Content.Headers.ContentLength ?? 0;
        if (announced > MaxAnswerBytes)
        {
            throw UpstreamFailures.Unreadable(call, "it is too large");
        }
        // One byte more than announced, so that the last read, which finds the end, needs no larger buffer.
        var buffer = new PooledBuffer((int)Math.Max(announced + 1, 4096));
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            int count;
            while ((count = await stream.ReadAsync(buffer.GetMemory(1), deadline.Token)) > 0)
            {
                deadline.Restart();
                buffer.Advance(count);
                if (buffer.Count > MaxAnswerBytes)
                {
                    throw UpstreamFailures.Unreadable(call, "it is too large");
                }
            }
            (PooledBuffer body, buffer) = (buffer, null!);
            return body;
        }
        catch (Exception e) when (UpstreamFailures.IsOfReading(e, deadline))
        {
            throw UpstreamFailures.OfReading(e, call, deadline, translator);
        }
        finally
        {
            buffer?.Dispose();
        }
    }

    private static bool Is(MediaTypeHeaderValue? contentType, string mediaType) =>
        string.Equals(contentType?.MediaType, mediaType, StringComparison.OrdinalIgnoreCase);
}
