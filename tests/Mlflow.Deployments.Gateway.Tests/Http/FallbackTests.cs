using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(10_000)]
public sealed class FallbackTests
{
    private const string Body = """{"messages":[{"role":"user","content":"x"}]}""";
    private const string StreamBody = """{"messages":[{"role":"user","content":"x"}],"stream":true}""";
    private const string Event = """data: {"choices":[{"index":0,"delta":{"content":"a"}}]}""" + "\n\n";
    private const string End = """data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n";

    [Test]
    public async Task Second_endpoint_answers_and_is_named(CancellationToken cancellationToken)
    {
        await using FakeUpstream broken = await FakeUpstream.StartAsync("""{"error":{"message":"down"}}""", status: 500);
        await using FakeUpstream good = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(broken.Address, good.Address));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chain/invocations", Body, cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Header(response, "X-MLflow-Gateway-Endpoint"), Is.EqualTo("second"));
        Assert.That(Header(response, "X-MLflow-Gateway-Attempts"), Is.EqualTo("2"));
    }

    [Test]
    public async Task All_failed_gives_the_last_status_the_attempts_and_when_to_come_back(CancellationToken cancellationToken)
    {
        await using FakeUpstream first = await FakeUpstream.StartAsync("""{"error":{"message":"down"}}""", status: 500);
        await using FakeUpstream second = await FakeUpstream.StartAsync("""{"error":{"message":"busy"}}""", status: 429, retryAfter: "7");
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(first.Address, second.Address));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chain/invocations", Body, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(response.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(text, Does.Contain("after 2 attempts").And.Contain("'second': busy"));
    }

    [Test]
    public async Task Stream_that_fails_before_its_first_event_moves_on(CancellationToken cancellationToken)
    {
        await using FakeUpstream broken = await FakeUpstream.StartStreamAsync(Encoding.UTF8.GetBytes(": ping\n\n"));
        await using FakeUpstream good = await FakeUpstream.StartStreamAsync(Encoding.UTF8.GetBytes(Event), Encoding.UTF8.GetBytes(End));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(broken.Address, good.Address));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chain/invocations", StreamBody, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);

        Assert.That(Header(response, "X-MLflow-Gateway-Endpoint"), Is.EqualTo("second"));
        Assert.That(text, Does.EndWith("data: [DONE]\n\n").And.Not.Contain("\"error\""));
    }

    [Test]
    public async Task Stream_that_fails_after_its_first_event_never_moves_on(CancellationToken cancellationToken)
    {
        await using FakeUpstream broken = await FakeUpstream.StartStreamAsync(Encoding.UTF8.GetBytes(Event));
        await using FakeUpstream good = await FakeUpstream.StartStreamAsync(Encoding.UTF8.GetBytes(End));
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(broken.Address, good.Address));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chain/invocations", StreamBody, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);

        Assert.That(Header(response, "X-MLflow-Gateway-Endpoint"), Is.EqualTo("first"));
        Assert.That(text, Does.Contain("broke off").And.Not.Contain("[DONE]"));
        Assert.That(good.Bodies, Is.Empty);
    }

    [Test]
    public async Task Endpoint_over_its_limit_moves_on(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream.Address, upstream.Address, limit: "limit: { calls: 1, renewal_period: hour }"));

        using HttpResponseMessage within = await gateway.PostAsync("/gateway/chain/invocations", Body, cancellationToken);
        using HttpResponseMessage over = await gateway.PostAsync("/gateway/chain/invocations", Body, cancellationToken);

        Assert.That(Header(within, "X-MLflow-Gateway-Endpoint"), Is.EqualTo("first"));
        Assert.That(Header(over, "X-MLflow-Gateway-Endpoint"), Is.EqualTo("second"));
        Assert.That(over.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(over.Headers.Contains("RateLimit-Limit"), Is.False);
    }

    [Test]
    public async Task Caller_key_leads_to_the_same_endpoint_by_header_and_by_user(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream.Address, upstream.Address));
        var chosen = new HashSet<string?>(StringComparer.Ordinal);
        for (int i = 0; i < 8; i++)
        {
            using var byHeader = new HttpRequestMessage(HttpMethod.Post, "/gateway/split/invocations")
            {
                Content = new StringContent(Body, Encoding.UTF8, "application/json"),
                Headers = { { "X-MLflow-Gateway-Caller-Key", "ada" } },
            };
            using HttpResponseMessage first = await gateway.Client.SendAsync(byHeader, cancellationToken);
            using HttpResponseMessage second = await gateway.PostAsync(
                "/gateway/split/invocations", """{"messages":[{"role":"user","content":"x"}],"user":"ada"}""", cancellationToken);
            chosen.Add(Header(first, "X-MLflow-Gateway-Endpoint"));
            chosen.Add(Header(second, "X-MLflow-Gateway-Endpoint"));
        }

        Assert.That(chosen, Has.Count.EqualTo(1));
        Assert.That(upstream.Bodies.Count(x => x.Contains("\"user\":\"ada\"", StringComparison.Ordinal)), Is.EqualTo(8));
    }

    [Test]
    public async Task Answer_tells_its_durations(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken);

        int total = int.Parse(Header(response, "X-MLflow-Gateway-Duration-Ms")!, System.Globalization.CultureInfo.InvariantCulture);
        int overhead = int.Parse(Header(response, "X-MLflow-Gateway-Overhead-Duration-Ms")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(overhead, Is.InRange(0, total));
        Assert.That(response.Headers.Contains("X-MLflow-Gateway-Endpoint"), Is.False);
    }

    [TestCase("/gateway/chain/invocations")]
    [TestCase("/gateway/first/invocations")]
    public async Task Time_of_a_provider_that_failed_is_no_overhead(string path, CancellationToken cancellationToken)
    {
        var time = new FakeTimeProvider();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsJsonAsync(new { error = "busy" }, cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(upstream.Address, upstream.Address), new GatewayOptions { TimeProvider = time });

        using HttpResponseMessage response = await gateway.PostAsync(path, Body, cancellationToken);

        Assert.That(Header(response, "X-MLflow-Gateway-Duration-Ms"), Is.EqualTo(path.Contains("chain", StringComparison.Ordinal) ? "4000" : "2000"));
        Assert.That(Header(response, "X-MLflow-Gateway-Overhead-Duration-Ms"), Is.EqualTo("0"));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(',', values) : null;

    private static string Yaml(string first, string second, string limit = "") => $$"""
        endpoints:
          - name: first
            endpoint_type: llm/v1/chat
            model: { provider: openai, name: m, config: { openai_api_key: k, openai_api_base: "{{first}}" } }
            {{limit}}
          - name: second
            endpoint_type: llm/v1/chat
            model: { provider: openai, name: m, config: { openai_api_key: k, openai_api_base: "{{second}}" } }
        routes:
          - { name: chain, task_type: llm/v1/chat, routing_strategy: FALLBACK, destinations: [{ name: first }, { name: second }] }
          - name: split
            task_type: llm/v1/chat
            destinations: [{ name: first, traffic_percentage: 50 }, { name: second, traffic_percentage: 50 }]
        """;
}
