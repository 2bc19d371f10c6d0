using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Contract;

/// <summary>Every status of the wire contract, with every form of body that servers and the proxies in front of them give it.</summary>
[CancelAfter(10_000)]
public class ErrorBodyTests
{
    private const string Html = "<html><head><title>Not our page</title></head><body><h1>nginx</h1></body></html>";

    [TestCase(400, """{"detail":"bad parameter"}""", typeof(DeployRequestException), null, "bad parameter")]
    [TestCase(400, """{"error_code":"INVALID_PARAMETER_VALUE","message":"bad token"}""", typeof(DeployRequestException), "INVALID_PARAMETER_VALUE", "bad token")]
    [TestCase(400, """{"detail":{"error_code":"BAD_REQUEST","message":"wrong type"}}""", typeof(DeployRequestException), "BAD_REQUEST", "wrong type")]
    [TestCase(400, """{"error":{"message":"too long","type":"invalid_request_error","param":"n","code":"too_big"}}""", typeof(DeployRequestException), "too_big", "too long")]
    [TestCase(400, "plain words", typeof(DeployRequestException), null, "plain words")]
    [TestCase(400, "", typeof(DeployRequestException), null, "bad request")]
    [TestCase(401, """{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}""", typeof(DeployAuthenticationException), "invalid_api_key", "Incorrect API key")]
    [TestCase(401, "", typeof(DeployAuthenticationException), null, "not authenticated")]
    [TestCase(403, Html, typeof(DeployAuthenticationException), null, "Not our page")]
    [TestCase(403, """{"error_code":"PERMISSION_DENIED","message":"no access"}""", typeof(DeployAuthenticationException), "PERMISSION_DENIED", "no access")]
    [TestCase(404, """{"detail":"Not Found"}""", typeof(DeployEndpointNotFoundException), null, "Not Found")]
    [TestCase(404, """{"detail":"The endpoint 'chat' is not present or active on the server."}""", typeof(DeployEndpointNotFoundException), null, "is not present or active")]
    [TestCase(405, """{"detail":"Method Not Allowed"}""", typeof(DeployRequestException), null, "Method Not Allowed")]
    [TestCase(408, """{"detail":"timed out"}""", typeof(DeployRequestException), null, "timed out")]
    [TestCase(413, Html, typeof(DeployRequestException), null, "Send less")]
    [TestCase(422, """{"detail":[{"loc":["body","messages"],"msg":"Field required","type":"missing","input":{}}]}""", typeof(DeployRequestException), null, "messages: Field required")]
    [TestCase(422, """{"detail":"The parameter 'model' is not permitted to be passed."}""", typeof(DeployRequestException), null, "'model' is not permitted")]
    [TestCase(429, """{"error":"Rate limit exceeded: 1 per 1 minute"}""", typeof(DeployRateLimitException), null, "Rate limit exceeded: 1 per 1 minute")]
    [TestCase(429, """{"detail":"Rate limit reached"}""", typeof(DeployRateLimitException), null, "Rate limit reached")]
    [TestCase(429, "", typeof(DeployRateLimitException), null, "rate limited")]
    [TestCase(500, """{"detail":{"message":"exploded"}}""", typeof(DeployServerException), null, "exploded")]
    [TestCase(500, "Internal Server Error", typeof(DeployServerException), null, "Internal Server Error")]
    [TestCase(500, """{"detail":{}}""", typeof(DeployServerException), null, "server error")]
    [TestCase(501, """{"detail":"The chat streaming route is not implemented for Cohere models."}""", typeof(DeployServerException), null, "not implemented for Cohere")]
    [TestCase(502, Html, typeof(DeployServerException), null, "Not our page")]
    [TestCase(502, """[{"error":{"code":502,"message":"upstream","status":"X"}}]""", typeof(DeployServerException), null, "upstream")]
    [TestCase(503, "", typeof(DeployServerException), null, "unavailable")]
    [TestCase(503, """{"error":{"message":"The model is overloaded","type":"server_error","code":null}}""", typeof(DeployServerException), "server_error", "The model is overloaded")]
    [TestCase(504, Html, typeof(DeployServerException), null, "gateway timeout")]
    [TestCase(529, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", typeof(DeployServerException), "overloaded_error", "Overloaded")]
    public async Task PredictAsync_that_is_refused_throws_its_kind_with_code_words_and_body(int status, string body, Type kind, string? code, string words, CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", body, status, body.StartsWith('<') ? "text/html" : "application/json");
        using var client = gateway.Client(new() { MaxRetries = 0, Token = "s3cret" });

        var failure = await FailureOfAsync(client.PredictAsync("chat", new ChatRequest("my prompt"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.TypeOf(kind));
            Assert.That((int?)failure.StatusCode, Is.EqualTo(status));
            Assert.That(failure.ErrorCode, Is.EqualTo(code));
            Assert.That(failure.ResponseBody ?? string.Empty, Is.EqualTo(body));
            Assert.That(failure.Endpoint, Is.EqualTo("chat"));
            Assert.That(failure.Message, Does.StartWith($"Endpoint 'chat' returned {status} (").And.Contain(words));
            Assert.That(failure.ToString(), Does.Not.Contain("s3cret").And.Not.Contain("my prompt"));
        });
    }

    [TestCase(400, false)]
    [TestCase(401, false)]
    [TestCase(404, false)]
    [TestCase(408, true)]
    [TestCase(422, false)]
    [TestCase(429, true)]
    [TestCase(500, true)]
    [TestCase(501, false)]
    [TestCase(502, true)]
    [TestCase(503, true)]
    [TestCase(504, true)]
    public async Task PredictAsync_that_is_refused_tells_whether_a_later_try_may_help(int status, bool isTransient, CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", "{}", status);
        using var client = gateway.Client(new() { MaxRetries = 0 });

        var failure = await FailureOfAsync(client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.That(failure.IsTransient, Is.EqualTo(isTransient));
    }

    [Test]
    public async Task ResponseBody_is_cut_at_64_kB(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(new string('x', 200_000), "text/plain", 400);
        using var client = server.Client();

        var failure = await FailureOfAsync(client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure.ResponseBody, Has.Length.EqualTo(64 * 1024));
            Assert.That(failure.Message, Has.Length.LessThan(1500));
        });
    }

    [Test]
    public async Task A_broken_error_body_keeps_the_status_and_what_came(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.WillBeCut();
            return context.AnswerAsync("""{"detail":"half an""", status: 400);
        });
        using var client = server.Client();

        var failure = await FailureOfAsync(client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.TypeOf<DeployRequestException>());
            Assert.That(failure.ResponseBody, Is.EqualTo("""{"detail":"half an"""));
        });
    }

    [Test]
    public async Task An_error_body_that_never_ends_is_left(CancellationToken token)
    {
        var left = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            await context.AnswerAsync(new string('x', 70_000), status: 400);
            await context.UntilAbortedAsync();
        });
        using var client = server.Client();

        var failure = await FailureOfAsync(client.PredictAsync("chat", new ChatRequest("x"), token));
        await left.Task.WaitAsync(token);

        Assert.That(failure, Is.TypeOf<DeployRequestException>());
    }

    [Test]
    public async Task PredictStreamAsync_that_is_refused_throws_the_same_kinds(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", """{"detail":"no such model"}""", 404);
        using var client = gateway.Client();

        var failure = await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That(failure!.Message, Does.Contain("no such model"));
    }

    private static async Task<DeployException> FailureOfAsync(Task call) => (await Assert.CatchAsync<DeployException>(() => call))!;
}
