using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Limits;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RateLimitTests
{
    private const string Body = """{"messages":[{"role":"user","content":"x"}]}""";
    private const string BodyForV1 = """{"model":"chat","messages":[{"role":"user","content":"x"}]}""";

    [Test]
    [CancelAfter(10_000)]
    public async Task Limit_counts_every_path_to_an_endpoint_together(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync($$"""
            endpoints:
              - name: chat
                endpoint_type: llm/v1/chat
                model: { provider: openai, name: m, config: { openai_api_key: k, openai_api_base: "{{upstream.Address}}" } }
                limit: { calls: 3, renewal_period: 5 minutes }
            """, new GatewayOptions { TimeProvider = new FakeTimeProvider() });

        HttpStatusCode[] statuses =
        [
            (await gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken)).StatusCode,
            (await gateway.PostAsync("/gateway/chat/invocations", "{}", cancellationToken)).StatusCode,
            (await gateway.PostAsync("/gateway/openai/v1/chat/completions", BodyForV1, cancellationToken)).StatusCode,
            (await gateway.PostAsync("/v1/chat/completions", BodyForV1, cancellationToken)).StatusCode,
        ];
        using HttpResponseMessage over = await gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken);
        string text = await over.Content.ReadAsStringAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(statuses, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK, HttpStatusCode.OK }));
            Assert.That(over.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(over.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromMinutes(5)));
            Assert.That(text, Is.EqualTo("""{"error":"Rate limit exceeded: 3 per 5 minute"}"""));
            Assert.That(over.Headers.GetValues("RateLimit-Limit"), Is.EqualTo(new[] { "3" }));
            Assert.That(over.Headers.GetValues("RateLimit-Remaining"), Is.EqualTo(new[] { "0" }));
            Assert.That(over.Headers.GetValues("RateLimit-Reset"), Is.EqualTo(new[] { "300" }));
            Assert.That(upstream.Bodies, Has.Count.EqualTo(3));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Thousand_requests_at_once_on_a_limit_of_a_hundred_admit_exactly_a_hundred(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(LimitedYaml(upstream.Address), new GatewayOptions { TimeProvider = new FakeTimeProvider() });

        HttpResponseMessage[] responses = await Task.WhenAll(
            Enumerable.Range(0, 1000).Select(_ => gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken)));

        Assert.That(responses.Count(x => x.StatusCode == HttpStatusCode.OK), Is.EqualTo(100));
        Assert.That(responses.Count(x => x.StatusCode == HttpStatusCode.TooManyRequests), Is.EqualTo(900));
        Assert.That(
            responses.Where(x => x.IsSuccessStatusCode).Select(x => int.Parse(x.Headers.GetValues("RateLimit-Remaining").Single(), CultureInfo.InvariantCulture)),
            Is.EquivalentTo(Enumerable.Range(0, 100)));
        Assert.That(upstream.Bodies, Has.Count.EqualTo(100));
    }

    internal static string LimitedYaml(string upstream) => $$"""
        endpoints:
          - name: chat
            endpoint_type: llm/v1/chat
            model: { provider: openai, name: m, config: { openai_api_key: k, openai_api_base: "{{upstream}}" } }
            limit: { calls: 100, renewal_period: hour }
        """;
}
