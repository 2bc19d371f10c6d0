using System.Net;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Errors;
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

    [TestCase("Authorization", "Bearer four", "no ***")]
    [TestCase("Authorization", "Bearer two", "no four and two of s3cret")]
    [TestCase("Proxy-AUTHentication", "four", "no ***")]
    [TestCase("api-key", "four", "no ***")]
    [TestCase("x-access-token", "four", "no ***")]
    [TestCase("client-secret", "four", "no ***")]
    [TestCase("x-password", "four", "no ***")]
    [TestCase("Cookie", "session four", "no ***")]
    [TestCase("User-Agent", "four", "no four and two of s3cret")]
    [TestCase("Authorization", "Basic dTpmb3Vy", "no ***", Description = "u:four")]
    [TestCase("authorization", "BASIC dTpmb3Vy", "no ***", Description = "u:four")]
    [TestCase("Authorization", "Basic OmZvdXI=", "no ***", Description = ":four")]
    [TestCase("Authorization", "Basic dTp0d28=", "no four and two of s3cret", Description = "u:two")]
    [TestCase("Authorization", "Basic Zm91cg==", "no four and two of s3cret", Description = "four, without a colon")]
    [TestCase("Authorization", "Basic four!", "no four and two of s3cret", Description = "no base64")]
    [TestCase("Authorization", "Bearer dTpmb3Vy", "no four and two of s3cret", Description = "u:four, but not Basic")]
    public void Apply_takes_out_the_last_word_of_headers_that_hold_secrets(string name, string value, string shown)
    {
        using var request = new HttpRequestMessage();
        request.Headers.TryAddWithoutValidation(name, value);
        var expected = shown == "no ***" ? "no *** and two of s3cret" : shown;

        Assert.Multiple(() =>
        {
            Assert.That(Redaction.Apply(new ServerError("four", "no four and two of s3cret"), request), Is.EqualTo(new ServerError(expected == shown ? "four" : "***", expected)));
            Assert.That(Redaction.Apply("no four and two of s3cret"u8, request), Is.EqualTo(expected));
        });
    }

    [Test]
    public void Apply_without_a_request_or_without_words_has_nothing_to_take_out()
    {
        using var request = new HttpRequestMessage { Headers = { { "api-key", "four" } } };

        Assert.Multiple(() =>
        {
            Assert.That(Redaction.Apply(new ServerError("c", "four"), null), Is.EqualTo(new ServerError("c", "four")));
            Assert.That(Redaction.Apply(default(ServerError), request), Is.EqualTo(default(ServerError)));
            Assert.That(Redaction.Apply([], request), Is.Null);
        });
    }

    [Test]
    public void Apply_takes_out_every_value_of_every_header()
    {
        using var request = new HttpRequestMessage { Headers = { { "api-key", ["first-key", "second-key"] }, { "x-token", "third-key" } } };

        Assert.That(Redaction.Apply("first-key, second-key, third-key"u8, request), Is.EqualTo("***, ***, ***"));
    }

    [TestCase("a \"b\" c", "***", Description = "as it is")]
    [TestCase("{\"x\":\"a \\u0022b\\u0022 c\"}", "{\"x\":\"***\"}", Description = "in JSON")]
    [TestCase("a%20%22b%22%20c", "***", Description = "in an address")]
    [TestCase("a &quot;b&quot; c", "***", Description = "in HTML")]
    [TestCase("{\"message\":\"\\u0061 \\u0022b\\u0022 c\"}", null, Description = "as only a parser finds it")]
    [TestCase("other words", "other words")]
    public void Without_takes_a_secret_out_in_every_form(string text, string? shown) => Assert.That(Redaction.Without(text, ["a \"b\" c"]), Is.EqualTo(shown));
}
