using System.Net;
using System.Text;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Errors;

/// <summary>What an answer without success becomes, word by word: people read these sentences, search for them and send them to others.</summary>
[CancelAfter(10_000)]
public class StatusMessageTests
{
    private const string Gateway = " Check that http://gateway.test is the root of an MLflow AI Gateway.";

    [TestCase(300, "redirect", "", typeof(DeployRequestException), false)]
    [TestCase(399, "redirect", "", typeof(DeployRequestException), false)]
    [TestCase(400, "bad request", "", typeof(DeployRequestException), false)]
    [TestCase(401, "not authenticated", " Check the token, or the user name and password, of the client.", typeof(DeployAuthenticationException), false)]
    [TestCase(403, "not allowed", " The credentials are known, but not enough for this call.", typeof(DeployAuthenticationException), false)]
    [TestCase(404, "not found", " ListEndpointsAsync tells which endpoints there are.", typeof(DeployEndpointNotFoundException), false)]
    [TestCase(405, "method not allowed", "", typeof(DeployRequestException), false)]
    [TestCase(408, "request timeout", "", typeof(DeployRequestException), true)]
    [TestCase(413, "too large", " Send less in one request.", typeof(DeployRequestException), false)]
    [TestCase(415, "unsupported media type", "", typeof(DeployRequestException), false)]
    [TestCase(418, "refused", "", typeof(DeployRequestException), false)]
    [TestCase(422, "invalid request", "", typeof(DeployRequestException), false)]
    [TestCase(429, "rate limited", "", typeof(DeployRateLimitException), true)]
    [TestCase(499, "refused", "", typeof(DeployRequestException), false)]
    [TestCase(500, "server error", "", typeof(DeployServerException), true)]
    [TestCase(501, "not implemented", "", typeof(DeployServerException), false)]
    [TestCase(502, "bad gateway", "", typeof(DeployServerException), true)]
    [TestCase(503, "unavailable", "", typeof(DeployServerException), true)]
    [TestCase(504, "gateway timeout", "", typeof(DeployServerException), true)]
    [TestCase(505, "server error", "", typeof(DeployServerException), false)]
    [TestCase(599, "server error", "", typeof(DeployServerException), true)]
    public async Task Status_alone_has_its_words_its_remedy_and_its_kind(int status, string words, string remedy, Type kind, bool isTransient)
    {
        var failure = await FailureOfAsync(Answer(status, string.Empty));

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo($"Endpoint 'chat' returned {status} ({words}).{remedy}"));
            Assert.That(failure, Is.TypeOf(kind));
            Assert.That(failure.IsTransient, Is.EqualTo(isTransient));
            Assert.That((failure.ErrorCode, failure.RequestId, failure.ResponseBody, failure.RetryAfter, failure.RateLimit), Is.EqualTo((default(string), default(string), default(string), default(TimeSpan?), default(RateLimitInfo))));
        });
    }

    [TestCase(400, "bad request", "")]
    [TestCase(403, "not allowed", " The credentials are known, but not enough for this call.")]
    [TestCase(404, "not found", " ListEndpointsAsync tells which endpoints there are.")]
    [TestCase(429, "rate limited", "")]
    [TestCase(503, "unavailable", "")]
    public async Task All_that_an_answer_tells_is_in_the_exception(int status, string words, string remedy)
    {
        const string Body = """{"error_code":"E_1","message":"so it is"}""";
        var failure = await FailureOfAsync(Answer(status, Body, ("Retry-After", "1.2"), ("x-request-id", "r-1"), ("x-ratelimit-limit-requests", "9")));

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo($"Endpoint 'chat' returned {status} ({words}): \"so it is\".{remedy} Retry after 2 s. Request id r-1."));
            Assert.That((int?)failure.StatusCode, Is.EqualTo(status));
            Assert.That(failure.ErrorCode, Is.EqualTo("E_1"));
            Assert.That(failure.RequestId, Is.EqualTo("r-1"));
            Assert.That(failure.ResponseBody, Is.EqualTo(Body));
            Assert.That(failure.Endpoint, Is.EqualTo("chat"));
            Assert.That(failure.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(1.2)));
            Assert.That(failure.RateLimit, Is.EqualTo(new RateLimitInfo { RequestLimit = 9 }));
        });
    }

    [Test]
    public async Task Server_that_knows_no_such_route_may_be_no_gateway() =>
        Assert.That((await FailureOfAsync(Answer(404, """{"detail":"Not Found"}"""))).Message, Is.EqualTo($"Endpoint 'chat' returned 404 (not found): \"Not Found\".{Gateway}"));

    [Test]
    public async Task Catalog_that_is_not_there_is_no_missing_endpoint(CancellationToken token)
    {
        using var client = Clients.Answering(new StubHandler(_ => Answer(404, string.Empty)), Once());

        var failure = await Assert.CatchAsync<DeployException>(async () => await client.ListEndpointsAsync(token).ToListAsync(token));

        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.TypeOf<DeployRequestException>().And.Property("Endpoint").Null);
            Assert.That(failure.Message, Is.EqualTo($"The list of endpoints returned 404 (not found).{Gateway}"));
        });
    }

    [TestCase("http://user:pw@other.test:81/a%20b?key=1#x", "http://other.test:81/a%20b")]
    [TestCase("/login?next=1", "/login")]
    [TestCase("login#top", "login")]
    public async Task Redirect_tells_where_to_without_what_may_be_secret(string location, string shown) => Assert.That(
        (await FailureOfAsync(Answer(303, string.Empty, ("Location", location)))).Message,
        Is.EqualTo($"Endpoint 'chat' returned 303 (redirect). It points to {shown}: redirects to another server are not followed, because credentials and prompts would go along. If that is the right server, make it the target."));

    [Test]
    public async Task Place_to_go_is_told_of_redirects_only() =>
        Assert.That((await FailureOfAsync(Answer(400, string.Empty, ("Location", "/x")))).Message, Is.EqualTo("Endpoint 'chat' returned 400 (bad request)."));

    [TestCase("", "application/json", "the body is empty (content type application/json)")]
    [TestCase("null", "application/json", "the body is null (content type application/json)")]
    [TestCase("<html>", "text/html", "its body is not JSON of the expected form (content type text/html)")]
    [TestCase("{}", null, "its body is JSON without an answer in it (content type missing)")]
    public async Task Success_without_an_answer_in_it_tells_what_came_instead(string body, string? mediaType, string why)
    {
        var answer = Answer(200, body, ("x-request-id", "r-1"), ("x-ratelimit-limit-requests", "9"));
        answer.Content.Headers.ContentType = mediaType is null ? null : new(mediaType);

        var failure = await FailureOfAsync(answer);

        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.TypeOf<DeployException>());
            Assert.That(failure.Message, Is.EqualTo($"Endpoint 'chat' answered 200, but {why}. Is http://gateway.test an MLflow AI Gateway, and is no proxy in between? Request id r-1."));
            Assert.That((failure.StatusCode, failure.RequestId, failure.ResponseBody ?? string.Empty, failure.Endpoint), Is.EqualTo((HttpStatusCode.OK, "r-1", body, "chat")));
            Assert.That(failure.RateLimit, Is.EqualTo(new RateLimitInfo { RequestLimit = 9 }));
            Assert.That(failure.IsTransient, Is.False);
        });
    }

    [TestCase("""{"error":{"message":"busy","code":"overloaded"}}""", "busy", "overloaded", true)]
    [TestCase("""{"error":{"message":"not so","code":"odd"}}""", "not so", "odd", false)]
    [TestCase("""{"error":{"code":"odd"}}""", "odd", "odd", false)]
    public async Task Success_with_an_error_in_it_is_a_failure_in_the_servers_words(string body, string words, string code, bool isTransient)
    {
        var failure = await FailureOfAsync(Answer(200, body, ("x-request-id", "r-1"), ("x-ratelimit-limit-requests", "9")));

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo($"Endpoint 'chat' answered 200, but with an error in place of an answer: \"{words}\". Request id r-1."));
            Assert.That((failure.StatusCode, failure.ErrorCode, failure.RequestId, failure.ResponseBody, failure.Endpoint, failure.IsTransient), Is.EqualTo((HttpStatusCode.OK, code, "r-1", body, "chat", isTransient)));
            Assert.That(failure.RateLimit, Is.EqualTo(new RateLimitInfo { RequestLimit = 9 }));
        });
    }

    [TestCase("""{"error":{"message":"MUCH"}}""")]
    [TestCase("MUCH")]
    public async Task Exception_keeps_the_first_64_kB_of_a_success_that_is_none(string body)
    {
        body = body.Replace("MUCH", new string('x', 70_000), StringComparison.Ordinal);

        var failure = await FailureOfAsync(Answer(200, body));

        Assert.That(failure.ResponseBody, Is.EqualTo(body[..65_536]));
    }

    private static HttpResponseMessage Answer(int status, string body, params (string Name, string Value)[] headers)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
        {
            answer.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }

    private static async Task<DeployException> FailureOfAsync(HttpResponseMessage answer)
    {
        using var client = Clients.Answering(new StubHandler(_ => answer), Once());
        return (await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", new ChatRequest("x"))))!;
    }

    private static DeployClientOptions Once() => new() { MaxRetries = 0 };
}
