using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>A provider that does what a test tells it to, on a free port of this machine.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    public const string ChatAnswer = """
        {"id":"u1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},
        "finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
        """;

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _bodies = new();
    private readonly ConcurrentQueue<string> _authorizations = new();

    private FakeUpstream(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            _bodies.Enqueue(await reader.ReadToEndAsync());
            _authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
            await answer(context);
        });
    }

    public string Address => _app.Urls.First();

    /// <summary>The bodies of the requests, in the order in which they came.</summary>
    public IReadOnlyList<string> Bodies => [.. _bodies];

    /// <summary>The credentials of the requests, in the order in which they came.</summary>
    public IReadOnlyList<string> Authorizations => [.. _authorizations];

    public static async Task<FakeUpstream> StartAsync(RequestDelegate answer)
    {
        var upstream = new FakeUpstream(answer);
        await upstream._app.StartAsync();
        return upstream;
    }

    /// <summary>Answers every request the same way.</summary>
    public static Task<FakeUpstream> StartAsync(string body, int status = 200, string? contentType = "application/json", string? retryAfter = null) =>
        StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            if (retryAfter is not null)
            {
                context.Response.Headers.RetryAfter = retryAfter;
            }

            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        });

    /// <summary>Sends pieces of an event stream, each in a packet of its own.</summary>
    public static Task<FakeUpstream> StartStreamAsync(params byte[][] pieces) =>
        StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            foreach (byte[] piece in pieces)
            {
                await context.Response.Body.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
            }
        });

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
