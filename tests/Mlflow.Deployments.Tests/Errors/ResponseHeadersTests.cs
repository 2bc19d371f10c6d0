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
    [TestCase("Retry-After", " 7 ", 7d)]
    [TestCase("Retry-After", "Sat Jan  3 00:00:00 2026", 172800d)]
    [TestCase("Retry-After", "31622401", 31622400d)]
    [TestCase("Retry-After", "Infinity", null)]
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
    [TestCase(" 1s ", 1d)]
    [TestCase("  ", null)]
    [TestCase("-1s", null)]
    [TestCase("1.5m", 90d)]
    [TestCase("1.2.3s", null)]
    [TestCase("2h30m", 9000d)]
    [TestCase("9999999d", 31622400d)]
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
    [TestCase("ratelimit-limit", "0", 0L)]
    [TestCase("ratelimit-limit", "7;w=60", 7L)]
    [TestCase("ratelimit-limit", "-1", null)]
    [TestCase("ratelimit-limit", "1.9", 1L)]
    [TestCase("ratelimit-limit", "9e18", null)]
    [TestCase("ratelimit-limit", "8999999999999999000", 8999999999999998976L)]
    [TestCase("ratelimit-limit", "9000000000000000000", null)]
    public void RateLimit_reads_the_short_names_too(string name, string value, long? limit) =>
        Assert.That(ResponseHeaders.RateLimit(Headers((name, value)), new FakeTimeProvider(Now))?.RequestLimit, Is.EqualTo(limit));

    [TestCase("30", 30d)]
    [TestCase("1767225660", 60d)]
    [TestCase("1000000000", 31622400d)]
    [TestCase("1000000001", 0d)]
    public void RateLimit_reads_a_reset_as_seconds_or_as_a_moment(string value, double seconds) =>
        Assert.That(ResponseHeaders.RateLimit(Headers(("ratelimit-reset", value)), new FakeTimeProvider(Now))!.RequestsReset!.Value.TotalSeconds, Is.EqualTo(seconds));

    [Test]
    public void RateLimit_keeps_what_could_be_read_when_the_same_is_said_again_and_cannot() => Assert.That(
        ResponseHeaders.RateLimit(Headers(
            ("x-ratelimit-limit-requests", "60"), ("ratelimit-limit", "many"), ("x-ratelimit-remaining-requests", "5"), ("ratelimit-remaining", "-1"),
            ("x-ratelimit-reset-requests", "1m"), ("ratelimit-reset", "soon"), ("x-ratelimit-limit-tokens", "x"), ("x-ratelimit-remaining-tokens", ""), ("x-ratelimit-reset-tokens", "?")), new FakeTimeProvider(Now)),
        Is.EqualTo(new RateLimitInfo { RequestLimit = 60, RequestsRemaining = 5, RequestsReset = TimeSpan.FromMinutes(1) }));

    [Test]
    public void RateLimit_that_is_said_twice_is_the_last() => Assert.That(
        ResponseHeaders.RateLimit(Headers(
            ("x-ratelimit-limit-requests", "60"), ("ratelimit-limit", "50"), ("x-ratelimit-remaining-requests", "6"), ("ratelimit-remaining", "5"), ("x-ratelimit-reset-requests", "6s"), ("ratelimit-reset", "5"),
            ("x-ratelimit-limit-tokens", "60"), ("ratelimit-limit-tokens", "50"), ("x-ratelimit-remaining-tokens", "6"), ("ratelimit-remaining-tokens", "5"), ("x-ratelimit-reset-tokens", "6s"), ("ratelimit-reset-tokens", "5s")), new FakeTimeProvider(Now)),
        Is.EqualTo(new RateLimitInfo { RequestLimit = 50, RequestsRemaining = 5, RequestsReset = TimeSpan.FromSeconds(5), TokenLimit = 50, TokensRemaining = 5, TokensReset = TimeSpan.FromSeconds(5) }));

    [Test]
    public void RetryAfter_in_milliseconds_is_more_exact() =>
        Assert.That(ResponseHeaders.RetryAfter(Headers(("Retry-After", "2"), ("retry-after-ms", "1500")), new FakeTimeProvider(Now)), Is.EqualTo(TimeSpan.FromSeconds(1.5)));

    [TestCase("x-request-id", "x-databricks-request-id")]
    [TestCase("x-databricks-request-id", "request-id")]
    [TestCase("request-id", "apim-request-id")]
    [TestCase("apim-request-id", "x-ms-request-id")]
    [TestCase("x-ms-request-id", "x-amzn-requestid")]
    [TestCase("x-amzn-requestid", "x-correlation-id")]
    [TestCase("x-correlation-id", "x-other-id")]
    public void RequestId_takes_the_first_that_is_there(string first, string second) =>
        Assert.That(ResponseHeaders.RequestId(Headers((second, "2"), (first, "1"))), Is.EqualTo("1"));

    [Test]
    public void RequestId_that_is_empty_is_none() => Assert.That(ResponseHeaders.RequestId(Headers(("x-request-id", ""), ("x-correlation-id", "c"))), Is.EqualTo("c"));

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
