using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Transcripts;

/// <summary>Gives a recorded answer again, byte for byte, with its end or its break.</summary>
internal sealed class ReplayServer : IAsyncDisposable
{
    // What the server sets by itself, and what is true of the recorded connection only.
    private static readonly string[] OwnHeaders = ["content-length", "transfer-encoding", "server", "location"];

    private readonly FaultServer _server;

    private ReplayServer(FaultServer server, ConcurrentQueue<string> bodies)
    {
        _server = server;
        Bodies = bodies;
    }

    public ConcurrentQueue<string> Targets => _server.Targets;

    public ConcurrentQueue<string> Bodies { get; }

    /// <summary>Starts a server that gives the first recording to the first request, the second to the second; the last one goes on.</summary>
    public static async Task<ReplayServer> StartAsync(params Transcript[] transcripts)
    {
        var bodies = new ConcurrentQueue<string>();
        var count = 0;
        var server = await FaultServer.StartAsync(async context =>
        {
            bodies.Enqueue(await context.ReadBodyAsync());
            await AnswerAsync(context, transcripts[Math.Min(count++, transcripts.Length - 1)]);
        });
        return new(server, bodies);
    }

    public DeployClient Client() => _server.Client(new() { MaxRetries = 0, IncludeStreamUsage = false });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, Transcript transcript)
    {
        context.Response.StatusCode = transcript.Status;
        foreach (var (name, value) in transcript.Headers.Where(header => !OwnHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            context.Response.Headers[name] = value;
        }

        if (transcript.IsRedirect)
        {
            context.Response.Headers.Location = new Uri(transcript.Headers["location"]).PathAndQuery;
            return;
        }

        if (!transcript.EndedCleanly)
        {
            context.WillBeCut();
        }

        await context.Response.Body.FlushAsync(context.RequestAborted);
        await context.SendAsync(transcript.Body);
    }
}
