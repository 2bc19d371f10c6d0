using System.Net;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Limits;

/// <summary>Against a real Redis server.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(60_000)]
public sealed class RedisRateLimitTests
{
    private const string Path = "/gateway/chat/invocations";
    private const string Body = """{"messages":[{"role":"user","content":"x"}]}""";

    [Test]
    public async Task Thousand_requests_at_once_to_two_gateways_admit_exactly_a_hundred(CancellationToken cancellationToken)
    {
        await using RedisServer redis = await RedisServer.StartAsync(cancellationToken);
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway first = await StartAsync(redis, upstream);
        await using TestGateway second = await StartAsync(redis, upstream);

        HttpResponseMessage[] responses = await Task.WhenAll(
            Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? first : second).PostAsync(Path, Body, cancellationToken)));

        Assert.That(responses.Count(x => x.StatusCode == HttpStatusCode.OK), Is.EqualTo(100));
        Assert.That(responses.Count(x => x.StatusCode == HttpStatusCode.TooManyRequests), Is.EqualTo(900));
        Assert.That(upstream.Bodies, Has.Count.EqualTo(100));
        Assert.That(responses.First(x => !x.IsSuccessStatusCode).Headers.RetryAfter?.Delta, Is.InRange(TimeSpan.FromMinutes(59), TimeSpan.FromHours(1)));
    }

    [Test]
    public async Task Period_that_is_over_begins_anew(CancellationToken cancellationToken)
    {
        await using RedisServer redis = await RedisServer.StartAsync(cancellationToken);
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(
            RateLimitTests.LimitedYaml(upstream.Address).Replace("calls: 100, renewal_period: hour", "calls: 1, renewal_period: second", StringComparison.Ordinal),
            new GatewayOptions { RateLimitStorage = redis.Address });

        using HttpResponseMessage first = await gateway.PostAsync(Path, Body, cancellationToken);
        HttpStatusCode next;
        do
        {
            using HttpResponseMessage response = await gateway.PostAsync(Path, Body, cancellationToken);
            next = response.StatusCode;
        }
        while (next == HttpStatusCode.TooManyRequests);

        Assert.That((first.StatusCode, next), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));
    }

    [TestCase(true, HttpStatusCode.OK)]
    [TestCase(false, HttpStatusCode.ServiceUnavailable)]
    public async Task Redis_that_goes_away_opens_or_closes_and_counts_again_when_it_is_back(bool failsOpen, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        await using RedisServer redis = await RedisServer.StartAsync(cancellationToken);
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await StartAsync(redis, upstream, failsOpen);
        using HttpResponseMessage before = await gateway.PostAsync(Path, Body, cancellationToken);

        await redis.StopAsync();
        using HttpResponseMessage away = await gateway.PostAsync(Path, Body, cancellationToken);
        await redis.ResumeAsync(cancellationToken);
        HttpResponseMessage back;
        do
        {
            back = await gateway.PostAsync(Path, Body, cancellationToken);
        }
        while (!back.Headers.Contains("RateLimit-Remaining"));

        Assert.That(before.Headers.GetValues("RateLimit-Remaining"), Is.EqualTo(new[] { "99" }));
        Assert.That(away.StatusCode, Is.EqualTo(expected));
        Assert.That(away.Headers.Contains("RateLimit-Remaining"), Is.False);
        Assert.That(back.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Gateway_starts_without_its_Redis(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        await using TestGateway gateway = await TestGateway.StartAsync(
            RateLimitTests.LimitedYaml(upstream.Address), new GatewayOptions { RateLimitStorage = "redis://127.0.0.1:1", RateLimitFailsOpen = false });

        using HttpResponseMessage response = await gateway.PostAsync(Path, Body, cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.Contain("rate limit of endpoint 'chat'"));
    }

    private static Task<TestGateway> StartAsync(RedisServer redis, FakeUpstream upstream, bool failsOpen = true) => TestGateway.StartAsync(
        RateLimitTests.LimitedYaml(upstream.Address), new GatewayOptions { RateLimitStorage = redis.Address, RateLimitFailsOpen = failsOpen });
}
