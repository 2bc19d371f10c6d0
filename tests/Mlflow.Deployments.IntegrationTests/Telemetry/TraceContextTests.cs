using System.Diagnostics;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Telemetry;

/// <summary>The trace goes on in the gateway.</summary>
[CancelAfter(10_000)]
public class TraceContextTests
{
    [Test]
    public async Task Request_carries_the_trace_once_whatever_it_is_sent_through([Values] bool ownHttpClient, [Values] bool isObserved, CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/gpt/invocations", Answers.Chat);
        using var http = new HttpClient();
        using var client = ownHttpClient ? new DeployClient(http, Options.ForGateway(new() { Target = gateway.Address })) : gateway.Client();
        using var recorder = isObserved ? new Recorder(gateway.Address) : null;
        using var mine = new Activity("mine") { TraceStateString = "a=b" }.Start();

        await client.PredictAsync("gpt", new ChatRequest("Hi"), token);

        var parent = gateway.Header("traceparent")!.Split('-'); // the only one: Header fails for two
        Assert.That((parent[1], gateway.Header("tracestate")), Is.EqualTo((mine.TraceId.ToString(), "a=b")));
        Assert.That(parent[2], Is.Not.EqualTo(mine.SpanId.ToString()), "the span of the request is the parent, not the caller's");
    }
}
