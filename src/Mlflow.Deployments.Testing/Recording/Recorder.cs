using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Recording;

/// <summary>Passes requests on to a real gateway, the answers back, and stores both.</summary>
/// <remarks>An answer is read to its end even when the caller leaves: half an answer is no recording.</remarks>
internal sealed class Recorder : IDisposable
{
    private static readonly string[] NotPassedOn = ["Host", "Connection", "Content-Length", "Transfer-Encoding", "Accept-Encoding", "Expect"];
    private static readonly string[] Kept = ["Content-Type", "Retry-After", "x-request-id", "x-databricks-request-id", "allow"];

    private readonly string _target;
    private readonly string _folder;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public Recorder(Uri target, string folder)
    {
        // The fake's own routes begin with the version, as OpenAI's addresses end with it.
        var address = target.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _target = address.EndsWith("/v1", StringComparison.Ordinal) ? address[..^"/v1".Length] : address;
        _folder = folder;
        Directory.CreateDirectory(folder);
    }

    public async Task ForwardAsync(FakeRequest request, DeployDialect dialect, HttpContext context, CancellationToken stopping)
    {
        var work = PassOnAsync(request, dialect, context, stopping);
        _running[work] = true;
        try
        {
            await work.ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(work, out _);
        }
    }

    /// <summary>Waits until everything that is under way is stored, but no longer than a limit: the other side may have fallen silent.</summary>
    public async Task WhenIdleAsync(TimeSpan limit, TimeProvider clock)
    {
        try
        {
            await Task.WhenAll(_running.Keys).WaitAsync(limit, clock).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // What is not whole by now is no recording.
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Copy(FakeRequest request, HttpContext context, string target)
    {
        var message = new HttpRequestMessage(new(request.Method), target);
        if (!request.Utf8Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Utf8Body);
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (!NotPassedOn.Contains(name, StringComparer.OrdinalIgnoreCase) && !message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return message;
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage answer) =>
        answer.Headers.Concat(answer.Content.Headers)
            .Where(header => Kept.Contains(header.Key, StringComparer.OrdinalIgnoreCase) || header.Key.StartsWith("x-ratelimit", StringComparison.OrdinalIgnoreCase))
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);

    private async Task PassOnAsync(FakeRequest request, DeployDialect dialect, HttpContext context, CancellationToken stopping)
    {
        using var message = Copy(request, context, _target + request.Path + (request.Query.Length > 0 ? $"?{request.Query}" : string.Empty));
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(message, stopping).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            context.Response.StatusCode = 502;
            await SendAsync(context, JsonText.Write(ErrorWire.Body(dialect, 502, $"The gateway to record, {_target}, could not be asked: {e.Message}")), stopping).ConfigureAwait(false);
            return;
        }

        using (answer)
        {
            var headers = HeadersOf(answer);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            if (await PassBackAsync(answer, context, stopping).ConfigureAwait(false) is { } body)
            {
                var secrets = SecretFilter.Of(context.Request.Headers);
                Store(request, RecordedAnswer.Of((int)answer.StatusCode, headers, body, secrets), secrets);
            }
        }
    }

    // Null for an answer that breaks off.
    private static async Task<byte[]?> PassBackAsync(HttpResponseMessage answer, HttpContext context, CancellationToken stopping)
    {
        using var whole = new MemoryStream();
        var source = await answer.Content.ReadAsStreamAsync(stopping).ConfigureAwait(false);
        await using var end = source.ConfigureAwait(false);
        var buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = await source.ReadAsync(buffer, stopping).ConfigureAwait(false)) > 0;)
            {
                whole.Write(buffer, 0, count);
                await SendAsync(context, buffer.AsMemory(0, count), stopping).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            context.Abort(); // the caller sees a broken answer too
            return null;
        }

        return whole.ToArray();
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken stopping)
    {
        if (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(bytes, stopping).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(stopping).ConfigureAwait(false);
        }
    }

    private void Store(FakeRequest request, RecordedAnswer answer, SecretFilter secrets)
    {
        var target = RecordedTarget.Of(request);
        var body = secrets.Clean(RecordedAnswer.JsonOrText(request.Body));
        var key = RequestKey.Of(request.Method, target, body);
        var number = _counts.AddOrUpdate(key.Text, 1, static (_, count) => count + 1);
        var name = key.FileName(request.Endpoint ?? request.Path.Trim('/'));
        RecordingFolder.Write(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{number:00}.json"), new Exchange(request.Method, target, body, answer));
    }
}
