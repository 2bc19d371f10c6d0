using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class ErrorHeaderTests
{
    [TestCase("x-request-id")]
    [TestCase("x-databricks-request-id")]
    [TestCase("request-id")]
    [TestCase("apim-request-id")]
    public async Task RequestId_is_taken_from_the_header_of_each_kind_of_server(string header, CancellationToken token)
    {
        var failure = await FailureAsync(500, (header, "7f3a"), token);

        Assert.Multiple(() =>
        {
            Assert.That(failure.RequestId, Is.EqualTo("7f3a"));
            Assert.That(failure.Message, Does.EndWith("Request id 7f3a."));
        });
    }

    [TestCase("12", 12)]
    [TestCase("0.5", 0.5)]
    [TestCase("0", 0)]
    [TestCase("Sun, 01 Mar 2026 12:00:30 GMT", 30)]
    [TestCase("Sun, 01 Mar 2026 11:59:00 GMT", 0)]
    public async Task RetryAfter_is_read_as_seconds_and_as_a_date(string value, double seconds, CancellationToken token)
    {
        var failure = await FailureAsync(429, ("Retry-After", value), token);

        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.TypeOf<DeployRateLimitException>());
            Assert.That(failure.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
            Assert.That(failure.Message, Does.Contain("Retry after"));
        });
    }

    [TestCase("soon")]
    [TestCase("")]
    [TestCase("1e9999")]
    public async Task RetryAfter_that_cannot_be_read_counts_as_none(string value, CancellationToken token)
    {
        var failure = await FailureAsync(429, ("Retry-After", value), token);

        Assert.That(failure.RetryAfter, Is.Null);
    }

    [Test]
    public async Task RetryAfter_is_kept_on_a_server_error_too(CancellationToken token)
    {
        var failure = await FailureAsync(503, ("Retry-After", "30"), token);

        Assert.That(failure.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task RateLimit_tells_what_the_server_says_about_its_limits(CancellationToken token)
    {
        var failure = (DeployRateLimitException)await FailureAsync(429, ("x-ratelimit-remaining-tokens", "17"), token);

        Assert.That(failure.RateLimit, Is.EqualTo(new RateLimitInfo { TokensRemaining = 17 }));
    }

    private static async Task<DeployException> FailureAsync(int status, (string Name, string Value) header, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers[header.Name] = header.Value;
            return context.AnswerAsync("""{"detail":"no"}""", status: status);
        });
        using var client = server.Client(new() { MaxRetries = 0, TimeProvider = new ObservedClock() });
        return (await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", new ChatRequest("x"), token)))!;
    }
}
