using System.Net;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Errors;

/// <summary>Servers and proxies repeat the keys that they refuse; an exception does not.</summary>
[CancelAfter(10_000)]
public class RedactionTests
{
    private const string Secret = "sk-Ü/+\"very<secret>&Key0123456789";
    private const string PlainSecret = "sk-very-secret-0123456789";

    private static readonly ChatRequest Request = new("x");

    [TestCase(HttpStatusCode.Unauthorized)]
    [TestCase(HttpStatusCode.BadRequest)]
    [TestCase(HttpStatusCode.InternalServerError)]
    [TestCase(HttpStatusCode.OK)]
    public async Task PredictAsync_server_repeats_the_token_the_exception_does_not(HttpStatusCode status, CancellationToken token)
    {
        using var client = Clients.Answering(
            new StubHandler(_ => Clients.Json($$"""{ "error": { "message": "Bad key {{PlainSecret}}, really", "code": "{{PlainSecret}}" } }""", status)), new() { Token = PlainSecret, MaxRetries = 0 });

        var failure = await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", Request, token));

        Assert.Multiple(() =>
        {
            Assert.That(failure.ToString() + failure.ErrorCode + failure.ResponseBody, Does.Not.Contain(PlainSecret));
            Assert.That(failure.Message, Does.Contain("Bad key ***, really"));
        });
    }

    [Test]
    public async Task PredictAsync_server_repeats_a_token_of_the_callers_function_the_exception_does_not(CancellationToken token)
    {
        using var client = Clients.Answering(
            new StubHandler(_ => Clients.Json($$"""{"detail":"{{PlainSecret}}"}""", HttpStatusCode.Forbidden)), new() { TokenProvider = _ => new(PlainSecret) });

        var failure = await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", Request, token));

        Assert.That(failure.ToString() + failure.ResponseBody, Does.Not.Contain(PlainSecret));
    }

    [TestCase("plain")]
    [TestCase("base64")]
    public async Task PredictAsync_server_repeats_the_password_the_exception_does_not(string form, CancellationToken token)
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{Secret}"));
        using var client = Clients.Answering(
            new StubHandler(_ => Clients.Json(new System.Text.Json.Nodes.JsonObject { ["detail"] = form == "plain" ? Secret : $"Basic {basic}" }.ToJsonString(), HttpStatusCode.Unauthorized)),
            new() { Username = "user", Password = Secret });

        var failure = await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", Request, token));

        Assert.That(failure.ToString() + failure.ResponseBody, Does.Not.Contain(Secret).And.Not.Contain(basic).And.Not.Contain(JsonEncodedText.Encode(Secret).Value));
    }

    [Test]
    public async Task PredictAsync_server_repeats_a_key_of_the_default_headers_in_unusual_escapes_nothing_of_the_body_is_kept(CancellationToken token)
    {
        var escaped = string.Concat(PlainSecret.Select(c => $"\\u{(int)c:x4}"));
        using var client = Clients.Answering(
            new StubHandler(_ => Clients.Json($$"""{"detail":"no {{escaped}}"}""", HttpStatusCode.Unauthorized)), new() { DefaultHeaders = { ["x-portkey-api-key"] = PlainSecret } });

        var failure = await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", Request, token));

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.Contain("no ***"));
            Assert.That(failure.ResponseBody, Is.Null);
        });
    }

    [TestCase("data: {\"error\":{\"message\":\"KEY refused\"}}\n\n", "text/event-stream")]
    [TestCase("event: error\ndata: KEY refused\n\n", "text/event-stream")]
    [TestCase("{\"error\":\"KEY refused\"}", "application/json")]
    [TestCase("{\"detail\":\"KEY refused\"}", "application/json")]
    [TestCase("<html><title>KEY refused</title></html>", "text/html")]
    public async Task PredictStreamAsync_server_repeats_the_token_the_exception_does_not(string body, string type, CancellationToken token)
    {
        using var client = Clients.Answering(
            new StubHandler(_ => new(HttpStatusCode.OK) { Content = new StringContent(body.Replace("KEY", PlainSecret, StringComparison.Ordinal), Encoding.UTF8, type) }), new() { Token = PlainSecret });

        var failure = await Assert.CatchAsync<DeployException>(() => client.PredictStreamAsync("chat", Request, token).ToListAsync(token).AsTask());

        Assert.Multiple(() =>
        {
            Assert.That(failure.ToString() + failure.ResponseBody, Does.Not.Contain(PlainSecret));
            Assert.That(failure.Message, Does.Contain("*** refused"));
        });
    }

    [Test]
    public async Task GetHealthAsync_server_repeats_the_token_the_answer_does_not(CancellationToken token)
    {
        using var client = Clients.Answering(new StubHandler(_ => Clients.Json($$"""{"detail":"{{PlainSecret}}"}""", HttpStatusCode.Unauthorized)), new() { Token = PlainSecret });

        var health = await client.GetHealthAsync(token);

        Assert.That(health.ToString(), Does.Not.Contain(PlainSecret).And.Contain("***"));
    }

    [Test]
    public async Task PredictAsync_short_texts_are_no_secrets_and_words_stay_whole(CancellationToken token)
    {
        using var client = Clients.Answering(new StubHandler(_ => Clients.Json("""{"detail":"a bad key"}""", HttpStatusCode.Unauthorized)), new() { Token = "a" });

        var failure = await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", Request, token));

        Assert.That(failure.Message, Does.Contain("a bad key"));
    }
}
