using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Tests.Errors;

public class ResponseHeadersTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [TestCase("Retry-After", "12", 12d)]
    [TestCase("Retry-After", "1.5", 1.5)]
    [TestCase("Retry-After", "-3", 0d)]
    [TestCase("Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT", 30d)]
    [TestCase("Retry-After", "Wed, 31 Dec 2025 00:00:00 GMT", 0d)]
    [TestCase("Retry-After", "soon", null)]
    [TestCase("Retry-After", "1e300", null)]
    [TestCase("Retry-After", "99999999999999", 31622400d)]
    [TestCase("Retry-After", "Thursday, 01-Jan-26 00:00:30 GMT", 30d)]
    [TestCase("Retry-After", "Thu Jan  1 00:00:30 2026", 30d)]
    [TestCase("Retry-After", "10s", null)]
    [TestCase("Retry-After", "", null)]
    [TestCase("Retry-After", "120, 120", null)]
    [TestCase("Retry-After", "0x10", null)]
    [TestCase("retry-after-ms", "250", 0.25)]
    [TestCase("x-other", "1", null)]
    public void RetryAfter_reads_seconds_and_dates(string name, string value, double? seconds) =>
        Assert.That(ResponseHeaders.RetryAfter(Headers((name, value)), new FakeTimeProvider(Now))?.TotalSeconds, Is.EqualTo(seconds));

    [TestCase("6m0s", 360d)]
    [TestCase("1s", 1d)]
    [TestCase("120ms", 0.12)]
    [TestCase("1h2m3.5s", 3723.5)]
    [TestCase("1d", 86400d)]
    [TestCase("500us", 0.0005)]
    [TestCase("500µs", 0.0005)]
    [TestCase("1s2", null)]
    [TestCase("12", 12d)]
    [TestCase("", null)]
    [TestCase(null, null)]
    [TestCase("12x", null)]
    [TestCase("ms", null)]
    public void ParseDuration_reads_seconds_and_units(string? text, double? seconds) =>
        Assert.That(ResponseHeaders.ParseDuration(text)?.TotalSeconds, Is.EqualTo(seconds));

    [Test]
    public void RateLimit_reads_what_providers_send() => Assert.That(
        ResponseHeaders.RateLimit(Headers(
            ("x-ratelimit-limit-requests", "60"), ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "1m"),
            ("x-ratelimit-limit-tokens", "1000"), ("x-ratelimit-remaining-tokens", "7"), ("x-ratelimit-reset-tokens", "10s")), new FakeTimeProvider(Now)),
        Is.EqualTo(new RateLimitInfo
        {
            RequestLimit = 60,
            RequestsRemaining = 0,
            RequestsReset = TimeSpan.FromMinutes(1),
            TokenLimit = 1000,
            TokensRemaining = 7,
            TokensReset = TimeSpan.FromSeconds(10),
        }));

    [Test]
    public void RateLimit_without_headers_is_null() => Assert.That(ResponseHeaders.RateLimit(Headers(("x-ratelimit-other", "1")), new FakeTimeProvider(Now)), Is.Null);

    [TestCase("RateLimit-Limit", "100, 100;w=60", 100L)]
    [TestCase("X-RateLimit-Limit", "5", 5L)]
    [TestCase("X-RateLimit-Limit", "many", null)]
    public void RateLimit_reads_the_short_names_too(string name, string value, long? limit) =>
        Assert.That(ResponseHeaders.RateLimit(Headers((name, value)), new FakeTimeProvider(Now))?.RequestLimit, Is.EqualTo(limit));

    [TestCase("30", 30d)]
    [TestCase("1767225660", 60d)]
    public void RateLimit_reads_a_reset_as_seconds_or_as_a_moment(string value, double seconds) =>
        Assert.That(ResponseHeaders.RateLimit(Headers(("ratelimit-reset", value)), new FakeTimeProvider(Now))!.RequestsReset!.Value.TotalSeconds, Is.EqualTo(seconds));

    [Test]
    public void RateLimit_keeps_what_could_be_read_when_the_same_is_said_again_and_cannot() => Assert.That(
        ResponseHeaders.RateLimit(Headers(
            ("x-ratelimit-limit-requests", "60"), ("ratelimit-limit", "many"), ("x-ratelimit-remaining-requests", "5"), ("ratelimit-remaining", "-1"),
            ("x-ratelimit-reset-requests", "1m"), ("ratelimit-reset", "soon"), ("x-ratelimit-limit-tokens", "x"), ("x-ratelimit-remaining-tokens", ""), ("x-ratelimit-reset-tokens", "?")), new FakeTimeProvider(Now)),
        Is.EqualTo(new RateLimitInfo { RequestLimit = 60, RequestsRemaining = 5, RequestsReset = TimeSpan.FromMinutes(1) }));

    [Test]
    public void RequestId_takes_the_first_that_is_there() =>
        Assert.That(ResponseHeaders.RequestId(Headers(("x-databricks-request-id", "d"), ("apim-request-id", "a"))), Is.EqualTo("d"));

    private static HttpResponseHeaders Headers(params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response.Headers;
    }
}
