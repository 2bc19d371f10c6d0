using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(10_000)]
public sealed class ShutdownTests
{
    private const string Body = """{"messages":[{"role":"user","content":"x"}],"stream":true}""";
    private const string Text = """data: {"choices":[{"index":0,"delta":{"content":"a"}}]}""" + "\n\n";
    private const string End = """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n";

    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Stream_without_an_end_gets_an_error_event_after_the_grace_time(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using TestGateway gateway = await TestGateway.StartAsync(upstream, new GatewayOptions { TimeProvider = _time });
        using HttpResponseMessage response = await BeginAsync(gateway, cancellationToken);

        Task stop = gateway.StopAsync();
        _time.Advance(ShutdownGrace.Grace);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        await stop.WaitAsync(cancellationToken);

        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.That(events, Has.Length.EqualTo(2));
        Assert.That(events[1], Is.EqualTo(
            """data: {"error":{"message":"The gateway is shutting down; send the request again later.","type":"shutting_down"}}"""));
    }

    [Test]
    public async Task Stream_that_ends_within_the_grace_time_ends_as_always(CancellationToken cancellationToken)
    {
        var gate = new TaskCompletionSource();
        await using FakeUpstream upstream = await StartAsync(async context =>
        {
            await gate.Task;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(End), cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream, new GatewayOptions { TimeProvider = _time });
        using HttpResponseMessage response = await BeginAsync(gateway, cancellationToken);

        Task stop = gateway.StopAsync();
        gate.SetResult();
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        _time.Advance(ShutdownGrace.Draining);
        await stop.WaitAsync(cancellationToken);

        Assert.That(text, Does.EndWith("data: [DONE]\n\n").And.Not.Contain("error"));
    }

    [Test]
    public async Task Answer_that_does_not_come_within_the_grace_time_is_service_unavailable(CancellationToken cancellationToken)
    {
        var arrived = new TaskCompletionSource();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream, new GatewayOptions { TimeProvider = _time });
        Task<HttpResponseMessage> request = gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken);
        await arrived.Task.WaitAsync(cancellationToken);

        Task stop = gateway.StopAsync();
        _time.Advance(ShutdownGrace.Grace);
        using HttpResponseMessage response = await request;
        await stop.WaitAsync(cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.StartWith("{\"detail\":\"The gateway is shutting down"));
    }

    [Test]
    public async Task Requests_of_the_first_moments_are_answered_on_connections_that_then_end(CancellationToken cancellationToken)
    {
        var gate = new TaskCompletionSource();
        await using FakeUpstream upstream = await StartAsync(async context =>
        {
            await gate.Task;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(End), cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream, new GatewayOptions { TimeProvider = _time });
        using HttpResponseMessage running = await BeginAsync(gateway, cancellationToken);

        Task stop = gateway.StopAsync();
        using HttpResponseMessage late = await gateway.Client.GetAsync("/health", cancellationToken);
        gate.SetResult();
        string text = await running.Content.ReadAsStringAsync(cancellationToken);
        _time.Advance(ShutdownGrace.Draining);
        await stop.WaitAsync(cancellationToken);

        Assert.That((late.StatusCode, late.Headers.ConnectionClose), Is.EqualTo((HttpStatusCode.OK, (bool?)true)));
        Assert.That(text, Does.EndWith("data: [DONE]\n\n"));
    }

    [Test]
    public async Task Client_that_has_connected_is_answered_although_the_door_is_closed_before_it_asks(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await StartAsync(_ => Task.CompletedTask);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream, new GatewayOptions { TimeProvider = _time });

        Task stop = gateway.StopAsync();
        using TcpClient client = await ConnectLastAsync(gateway.Client.BaseAddress!, cancellationToken);
        await client.GetStream().WriteAsync("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), cancellationToken);
        using var reader = new StreamReader(client.GetStream());
        string answer = await reader.ReadToEndAsync(cancellationToken);
        await stop.WaitAsync(cancellationToken);

        Assert.That(answer, Does.StartWith("HTTP/1.1 200 OK").And.Contain("Connection: close"));
    }

    [Test]
    public async Task Client_that_connects_and_never_asks_does_not_hold_up_the_end(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await StartAsync(_ => Task.CompletedTask);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream, new GatewayOptions { TimeProvider = _time });

        Task stop = gateway.StopAsync();
        using TcpClient client = await ConnectLastAsync(gateway.Client.BaseAddress!, cancellationToken);
        bool waits = !stop.IsCompleted;
        _time.Advance(ShutdownGrace.Draining);
        await stop.WaitAsync(cancellationToken);

        Assert.That(waits);
    }

    // Connects while connections are drained, and returns when nobody else is let in.
    private async Task<TcpClient> ConnectLastAsync(Uri address, CancellationToken cancellationToken)
    {
        var last = new TcpClient();
        await last.ConnectAsync(address.Host, address.Port, cancellationToken);
        _time.Advance(ShutdownGrace.Draining / 2);
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(address.Host, address.Port, cancellationToken);
            }
            catch (SocketException)
            {
                return last;
            }
        }
    }

    private static Task<FakeUpstream> StartAsync(RequestDelegate afterFirst) => FakeUpstream.StartAsync(async context =>
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Text));
        await context.Response.Body.FlushAsync();
        await afterFirst(context);
    });

    private static async Task<HttpResponseMessage> BeginAsync(TestGateway gateway, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/gateway/chat/invocations")
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        return await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
