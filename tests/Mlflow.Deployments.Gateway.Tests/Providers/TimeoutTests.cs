using System.Net;
using System.Net.Sockets;
using System.Text;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(10_000)]
public sealed class TimeoutTests
{
    private const string Body = """{"messages":[{"role":"user","content":"x"}],"stream":true}""";
    private const string Event = """data: {"choices":[{"index":0,"delta":{"content":"a"}}]}""" + "\n\n";

    [Test]
    public async Task Endpoint_with_a_first_byte_limit_of_its_own_is_given_up_after_it(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream.Address, "first_byte: 0.2"));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.GatewayTimeout));
        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.Contain("was silent for 0.2 seconds"));
    }

    [TestCase("idle: 0.2", false, "was silent for 0.2 seconds")]
    [TestCase("total: 0.5, idle: 100", true, "did not end its answer within 0.5 seconds")]
    public async Task Endpoint_with_a_limit_for_streams_ends_them_with_an_error_event(
        string limits, bool goesOn, string words, CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            do
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Event), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(goesOn ? TimeSpan.FromMilliseconds(20) : Timeout.InfiniteTimeSpan, context.RequestAborted);
            }
            while (true);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream.Address, limits));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken);
        string[] events = (await response.Content.ReadAsStringAsync(cancellationToken)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(events[^1], Does.StartWith("data: {\"error\":").And.Contain(words).And.Contain("\"type\":\"timeout\""));
    }

    [Test]
    public async Task Endpoint_that_takes_no_connection_is_given_up_after_the_connect_limit(CancellationToken cancellationToken)
    {
        // A backlog of one that is full: further connections get no answer at all.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var address = (IPEndPoint)listener.LocalEndPoint!;
        Socket[] fillers = [.. Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))];
        try
        {
            foreach (Socket filler in fillers)
            {
                // Not waited for: those behind the first are what fills the backlog.
                _ = filler.ConnectAsync(address, cancellationToken).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
            }

            await using TestGateway gateway = await TestGateway.StartAsync(Yaml($"http://{address}", "connect: 0.3"));

            using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken);

            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.GatewayTimeout));
            Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.Contain("could not be connected to within 0.3 seconds"));
        }
        finally
        {
            Array.ForEach(fillers, filler => filler.Dispose());
        }
    }

    private static string Yaml(string upstream, string limits) => $$"""
        endpoints:
          - name: chat
            endpoint_type: llm/v1/chat
            model: { provider: openai, name: m, config: { openai_api_key: k, openai_api_base: "{{upstream}}" } }
            timeouts: { {{limits}} }
        """;
}
