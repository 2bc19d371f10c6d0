using System.Text;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HangUpTests
{
    [Test]
    [CancelAfter(10_000)]
    public async Task Client_that_leaves_before_the_answer_stops_the_upstream_request(CancellationToken cancellationToken)
    {
        var arrived = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            arrived.TrySetResult();
            await aborted.Task;
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        using var leave = new CancellationTokenSource();

        Task<HttpResponseMessage> request = gateway.PostAsync("/gateway/chat/invocations", """{"messages":[{"role":"user","content":"x"}]}""", leave.Token);
        await arrived.Task.WaitAsync(cancellationToken);
        await leave.CancelAsync();

        Assert.That(async () => await request, Throws.InstanceOf<OperationCanceledException>());
        await aborted.Task.WaitAsync(cancellationToken);
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Client_that_leaves_a_stream_stops_the_upstream_request(CancellationToken cancellationToken)
    {
        var aborted = new TaskCompletionSource();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync(
                Encoding.UTF8.GetBytes("""data: {"choices":[{"index":0,"delta":{"content":"a"}}]}""" + "\n\n"), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            await aborted.Task;
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/gateway/chat/invocations")
        {
            Content = new StringContent("""{"messages":[{"role":"user","content":"x"}],"stream":true}""", Encoding.UTF8, "application/json"),
        };

        HttpResponseMessage response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.Dispose();

        await aborted.Task.WaitAsync(cancellationToken);
    }
}
