using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>A real server on a free port whose every answer is a delegate's: it may be slow, broken, silent or wrong.</summary>
internal sealed class FaultServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _connections;

    private FaultServer(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Use(next => connection =>
        {
            Interlocked.Increment(ref _connections);
            return next(connection);
        })));
        _app = builder.Build();
        _app.Run(async context =>
        {
            Targets.Enqueue(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
            try
            {
                await answer(context);
            }
            catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException && context.RequestAborted.IsCancellationRequested)
            {
                // The client has gone; nobody is left to answer.
            }
        });
    }

    /// <summary>Gets the targets of all requests so far, exactly as they came: path and query, escaped.</summary>
    public ConcurrentQueue<string> Targets { get; } = new();

    public int Connections => Volatile.Read(ref _connections);

    public string Address { get; private set; } = string.Empty;

    public static async Task<FaultServer> StartAsync(RequestDelegate answer)
    {
        var server = new FaultServer(answer);
        await server._app.StartAsync();
        server.Address = server._app.Urls.First();
        return server;
    }

    /// <summary>Starts a server that gives every request the same answer.</summary>
    public static Task<FaultServer> AnsweringAsync(string body, string? contentType = "application/json", int status = 200) =>
        StartAsync(context => context.AnswerAsync(body, contentType, status));

    /// <summary>Starts a server that streams the pieces, each in a packet of its own, and ends the body in order.</summary>
    public static Task<FaultServer> StreamingAsync(params string[] pieces) => StartAsync(async context =>
    {
        await context.BeginStreamAsync();
        foreach (var piece in pieces)
        {
            await context.SendAsync(piece);
        }
    });

    public DeployClient Client(DeployClientOptions? options = null) => new(Address, Options.ForGateway(options));

    public async ValueTask DisposeAsync()
    {
        // At once: some answers never end by themselves.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
