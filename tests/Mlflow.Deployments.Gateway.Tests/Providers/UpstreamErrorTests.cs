using System.Net;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UpstreamErrorTests
{
    private const string Body = """{"messages":[{"role":"user","content":"x"}]}""";
    private const string Json = "application/json";

    [TestCase(400, Json, """{"error":{"message":"no","type":"t"}}""", 400, """{"detail":"no"}""")]
    [TestCase(401, Json, """{"error":{"code":1}}""", 401, """{"detail":"Unauthorized"}""")]
    [TestCase(400, Json, """{"error":"bad things"}""", 400, """{"detail":"bad things"}""")]
    [TestCase(422, Json, """{"detail":[1]}""", 422, """{"detail":{"detail":[1]}}""")]
    [TestCase(500, Json, "[1]", 500, """{"detail":[1]}""")]
    [TestCase(500, "text/plain", "it \"broke\"", 500, """{"detail":{"message":"it \"broke\""}}""")]
    public async Task Error_status_goes_through_with_what_the_upstream_said(int status, string contentType, string body, int expectedStatus, string expected)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(body, status, contentType);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body);

        Assert.That((int)response.StatusCode, Is.EqualTo(expectedStatus));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(expected));
    }

    [TestCase(500, "text/html", "<p>", "text/html")]
    [TestCase(200, "text/html", "<p>", "text/html")]
    [TestCase(200, null, "{}", "None")]
    [TestCase(200, Json, "", "not JSON")]
    [TestCase(200, Json, "{\"id\":", "not JSON")]
    [TestCase(200, Json, "null", "not a JSON object")]
    [TestCase(200, Json, "{}", "'choices' is missing")]
    [TestCase(200, Json, """{"error":{"message":"hidden"}}""", "hidden")]
    [TestCase(200, Json, """{"created":"x","choices":[]}""", "'created' is not a number")]
    [TestCase(503, Json, "", "503")]
    [TestCase(307, null, "", "None")]
    public async Task Answer_that_cannot_be_read_is_a_bad_gateway(int status, string? contentType, string body, string words)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(body, status, contentType);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("detail").And.Contain(words));
    }

    [TestCase(429, "7", "7")]
    [TestCase(503, "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT")]
    [TestCase(500, "7", "7")]
    [TestCase(529, "7", "7")]
    [TestCase(503, "7", "7", "text/html")]
    [TestCase(200, "7", null, "text/html")]
    public async Task Retry_after_of_an_error_goes_through(int status, string sent, string? expected, string contentType = Json)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync("""{"error":{"message":"later"}}""", status, contentType, sent);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body);

        Assert.That(response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null, Is.EqualTo(expected));
    }

    [TestCase("""{"messages":[{"role":"user","content":"x"}]}""")]
    [TestCase("""{"messages":[{"role":"user","content":"x"}],"stream":true}""")]
    public async Task Upstream_that_is_not_there_is_a_bad_gateway_and_its_address_is_not_told(string body)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml("http://127.0.0.1:1"));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", body);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("'chat'").And.Not.Contain("127.0.0.1"));
    }

    [TestCase("""{"messages":[{"role":"user","content":"x"}]}""")]
    [TestCase("""{"messages":[{"role":"user","content":"x"}],"stream":true}""")]
    [CancelAfter(10_000)]
    public async Task Silent_upstream_is_a_gateway_timeout(string body, CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using TestGateway gateway = await TestGateway.StartAsync(upstream, new GatewayOptions { UpstreamTimeout = TimeSpan.FromMilliseconds(200) });

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", body, cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.GatewayTimeout));
        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.Contain("0.2 seconds"));
    }
}
