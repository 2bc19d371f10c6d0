using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Databricks;

[CancelAfter(10_000)]
public class DatabricksOAuthTests
{
    private static readonly ChatRequest Question = new("x");

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ObservedClock _clock = new();

    [Test]
    public async Task Token_is_asked_for_with_the_clients_credentials_and_sent_as_Bearer(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        using var client = workspace.OAuthClient(new() { DefaultHeaders = { ["X-Team"] = "a" } });

        await client.PredictAsync("chat", Question, token);

        Assert.Multiple(() =>
        {
            Assert.That(
                workspace.TokenRequests,
                Is.EqualTo(new[] { $"POST Basic {Workspace.BasicText} application/x-www-form-urlencoded grant_type=client_credentials&scope=all-apis" }));
            Assert.That(workspace.Requests, Is.EqualTo(new[] { "POST /serving-endpoints/chat/invocations Bearer t1" }));
        });
    }

    [Test]
    public async Task Fifty_calls_at_once_fetch_one_token(CancellationToken token)
    {
        await using var workspace = await HeldAsync();
        using var client = workspace.OAuthClient();

        var calls = Enumerable.Range(0, 50).Select(_ => client.PredictAsync("chat", Question, token)).ToArray();
        await _asked.Task.WaitAsync(token);
        _answer.SetResult();
        await Task.WhenAll(calls);

        Assert.Multiple(() =>
        {
            Assert.That(workspace.TokenRequests, Has.Exactly(1).Items);
            Assert.That(workspace.Requests, Has.Exactly(50).Items.And.All.EndsWith("Bearer t1"));
        });
    }

    [Test]
    public async Task Token_is_kept_until_shortly_before_its_end_and_then_renewed(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        using var client = workspace.OAuthClient(new() { TimeProvider = _clock });

        await client.PredictAsync("chat", Question, token);
        _clock.Advance(TimeSpan.FromSeconds(3539));
        await client.PredictAsync("chat", Question, token);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await client.PredictAsync("chat", Question, token);

        Assert.That(workspace.Requests.Select(request => request[^2..]), Is.EqualTo(new[] { "t1", "t1", "t2" }));
    }

    [Test]
    public async Task Token_that_is_refused_is_renewed_and_the_call_sent_once_more(CancellationToken token)
    {
        await using var workspace = await RefusingAsync("t1");
        using var client = workspace.OAuthClient();

        var answer = await client.PredictAsync("chat", Question, token);
        await client.PredictAsync("chat", Question, token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Id, Is.EqualTo("chatcmpl-1"));
            Assert.That(workspace.Requests.Select(request => request[^2..]), Is.EqualTo(new[] { "t1", "t2", "t2" }));
            Assert.That(workspace.TokenRequests, Has.Exactly(2).Items);
        });
    }

    [Test]
    public async Task Stream_whose_token_is_refused_is_begun_once_more(CancellationToken token)
    {
        await using var workspace = await Workspace.StartAsync(context =>
            context.Request.Headers.Authorization == "Bearer t1" ? context.AnswerAsync("{}", status: 401) : context.AnswerAsync(Sse.Text("a") + Sse.Stop() + Sse.Done, "text/event-stream"));
        using var client = workspace.OAuthClient();

        var answer = await client.PredictStreamAsync("chat", Question, token).ToChatResponseAsync(token);

        Assert.That((answer.Text, workspace.Requests.Count), Is.EqualTo(("a", 2)));
    }

    [Test]
    public async Task Call_that_is_refused_twice_fails_after_one_retry(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"error_code":"UNAUTHENTICATED","message":"no access"}""", 401);
        using var client = workspace.OAuthClient();

        var failure = await Assert.ThrowsAsync<DeployAuthenticationException>(() => client.PredictAsync("chat", Question, token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain("no access"));
            Assert.That((workspace.Requests.Count, workspace.TokenRequests.Count), Is.EqualTo((2, 2)));
        });
    }

    [Test]
    public async Task Fifty_calls_whose_token_is_refused_renew_it_once(CancellationToken token)
    {
        await using var workspace = await RefusingAsync("t1");
        using var client = workspace.OAuthClient();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.PredictAsync("chat", Question, token)));

        Assert.That(workspace.TokenRequests, Has.Exactly(2).Items);
    }

    [Test]
    public async Task Token_of_the_options_that_is_refused_is_not_sent_again(CancellationToken token)
    {
        await using var workspace = await RefusingAsync("mine");
        using var client = workspace.OAuthClient(new() { Token = "mine" });

        await Assert.ThrowsAsync<DeployAuthenticationException>(() => client.PredictAsync("chat", Question, token));

        Assert.That((workspace.Requests.Count, workspace.TokenRequests.Count), Is.EqualTo((1, 0)));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    public async Task Token_endpoint_that_refuses_fails_the_call_with_its_words(int status, CancellationToken token)
    {
        await using var workspace = await WithoutTokenAsync("""{"error":"invalid_client","error_description":"Client authentication failed"}""", status);
        using var client = workspace.OAuthClient();

        var failure = await Assert.ThrowsAsync<DeployAuthenticationException>(() => client.PredictAsync("chat", Question, token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain("token endpoint").And.Contain("invalid_client").And.Contain("client secret"));
            Assert.That(((int?)failure.StatusCode, failure.IsTransient), Is.EqualTo((status, false)));
            Assert.That((workspace.Requests.Count, workspace.TokenRequests.Count), Is.EqualTo((0, 1)));
        });
    }

    [TestCase(429, typeof(DeployRateLimitException))]
    [TestCase(503, typeof(DeployServerException))]
    public async Task Token_endpoint_in_trouble_is_asked_again_and_then_fails_the_call(int status, Type failure, CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        workspace.BeforeToken = async context =>
        {
            context.Response.Headers.RetryAfter = "7";
            await context.AnswerAsync("{}", status: status);
            return true;
        };
        using var client = workspace.OAuthClient(new() { TimeProvider = _clock, MaxRetries = 2 });

        var call = client.PredictAsync("chat", Question, token);
        await _clock.RunOutAsync(TimeSpan.FromSeconds(7), token);
        await _clock.RunOutAsync(TimeSpan.FromSeconds(7), token);

        Assert.That(() => call, Throws.TypeOf(failure).With.Property("IsTransient").True);
        Assert.That((workspace.Requests.Count, workspace.TokenRequests.Count), Is.EqualTo((0, 3)));
    }

    [TestCase("")]
    [TestCase("<html>tok3n</html>")]
    [TestCase("""{"access_token":null}""")]
    [TestCase("""{"access_token":""}""")]
    [TestCase("""{"access_token":"tok3n\r\nX-Bad: 1"}""")]
    [TestCase("""["tok3n"]""")]
    public async Task Answer_without_a_token_fails_the_call_and_is_not_shown(string body, CancellationToken token)
    {
        await using var workspace = await WithoutTokenAsync(body, 200);
        using var client = workspace.OAuthClient();

        var failure = await Assert.ThrowsAsync<DeployException>(() => client.PredictAsync("chat", Question, token));

        Assert.That(failure!.ToString() + failure.ResponseBody, Does.Contain("no token").And.Not.Contain("tok3n"));
    }

    [Test]
    public async Task Answer_that_is_too_large_is_not_read_to_its_end(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        workspace.BeforeToken = async context =>
        {
            context.WillBeCut();
            await context.SendAsync($$"""{"access_token":"t","padding":"{{new string('x', 100_000)}}""");
            await context.UntilAbortedAsync();
            return true;
        };
        using var client = workspace.OAuthClient();

        Assert.That(() => client.PredictAsync("chat", Question, token), Throws.TypeOf<DeployException>().With.Message.Contains("no token"));
    }

    [Test]
    public async Task Token_endpoint_that_resets_the_connection_fails_the_call_as_one_of_the_family(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        workspace.BeforeToken = context =>
        {
            context.Reset();
            return Task.FromResult(true);
        };
        using var client = workspace.OAuthClient(new() { MaxRetries = 0 });

        Assert.That(() => client.PredictAsync("chat", Question, token), Throws.TypeOf<DeployConnectionException>().With.Message.Contains("token endpoint"));
    }

    [Test]
    public async Task Token_endpoint_that_is_silent_fails_the_call_in_time(CancellationToken token)
    {
        await using var workspace = await HeldAsync();
        using var client = workspace.OAuthClient(new() { TimeProvider = _clock, MaxRetries = 0 });

        var call = client.PredictAsync("chat", Question, token);
        await _asked.Task.WaitAsync(token);
        await _clock.RunOutAsync(TimeSpan.FromSeconds(30), token);

        Assert.That(() => call, Throws.TypeOf<DeployConnectionException>().With.Message.Contains("30 s"));
    }

    [Test]
    public async Task Failure_is_not_kept(CancellationToken token)
    {
        await using var workspace = await WithoutTokenAsync("{}", 401);
        using var client = workspace.OAuthClient();
        await Assert.ThrowsAsync<DeployAuthenticationException>(() => client.PredictAsync("chat", Question, token));
        workspace.BeforeToken = _ => Task.FromResult(false);

        var answer = await client.PredictAsync("chat", Question, token);

        Assert.That(answer.Id, Is.EqualTo("chatcmpl-1"));
    }

    [Test]
    public async Task Caller_who_cancels_does_not_take_the_token_from_the_others(CancellationToken token)
    {
        await using var workspace = await HeldAsync();
        using var client = workspace.OAuthClient();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);

        var first = client.PredictAsync("chat", Question, source.Token);
        var second = client.PredictAsync("chat", Question, token);
        await _asked.Task.WaitAsync(token);
        await source.CancelAsync();

        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(source.Token));
        _answer.SetResult();
        Assert.That((await second).Id, Is.EqualTo("chatcmpl-1"));
        Assert.That(workspace.TokenRequests, Has.Exactly(1).Items);
    }

    [Test]
    public async Task Callers_HttpClient_sends_the_request_for_the_token_too(CancellationToken token)
    {
        var teams = new List<string>();
        await using var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        workspace.BeforeToken = context =>
        {
            teams.Add(context.Request.Headers["X-Team"].ToString());
            return Task.FromResult(false);
        };
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Team", "a");
        using var client = workspace.OAuthClient(http: http);

        await client.PredictAsync("chat", Question, token);

        Assert.That(teams, Is.EqualTo(new[] { "a" }));
    }

    [TestCase(400)]
    [TestCase(401)]
    [TestCase(500)]
    public async Task Secret_that_a_server_repeats_is_nowhere_to_be_seen(int status, CancellationToken token)
    {
        var log = new CollectedLog();
        var escaped = System.Text.Json.JsonEncodedText.Encode(Workspace.Secret);
        await using var workspace = await WithoutTokenAsync(
            $$"""{"error":"invalid_client","message":"Secret {{escaped}} of {{Workspace.BasicText}} / {{Uri.EscapeDataString(Workspace.Secret)}} is wrong"}""", status);
        using var client = workspace.OAuthClient(new() { LoggerFactory = log, MaxRetries = 0 });

        var failure = await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", Question, token));

        AssertHidden([failure!.ToString(), failure.ResponseBody!, .. log.Messages], Workspace.Secret, escaped.Value, Workspace.BasicText, Uri.EscapeDataString(Workspace.Secret));
        Assert.That(failure.Message, Does.Contain("***").And.Contain("is wrong"));
    }

    [Test]
    public async Task Secret_that_a_server_escapes_in_a_form_of_its_own_takes_the_whole_text_with_it(CancellationToken token)
    {
        var escaped = string.Concat(Workspace.Secret.Select(character => $"\\u{(int)character:x4}"));
        await using var workspace = await WithoutTokenAsync($$"""{"message":"Secret {{escaped}} is wrong"}""", 401);
        using var client = workspace.OAuthClient();

        var failure = await Assert.ThrowsAsync<DeployAuthenticationException>(() => client.PredictAsync("chat", Question, token));

        AssertHidden([failure!.ToString(), failure.ResponseBody ?? string.Empty], Workspace.Secret, escaped);
    }

    [Test]
    public async Task Token_and_secret_are_in_no_message_of_any_outcome(CancellationToken token)
    {
        var log = new CollectedLog();
        var statuses = new Queue<int>([200, 401, 403, 500, 404, 422]);
        await using var workspace = await Workspace.StartAsync(context => context.AnswerAsync(Answers.Chat, status: statuses.Dequeue()));
        workspace.TokenAnswer = """{"access_token":"acc3ss-{0}","expires_in":3600}""";
        using var client = workspace.OAuthClient(new() { LoggerFactory = log, MaxRetries = 0 });
        var texts = new List<string>();

        await client.PredictAsync("chat", Question, token);
        while (statuses.Count > 0)
        {
            texts.Add((await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", Question, token)))!.ToString());
        }

        AssertHidden([.. texts, .. log.Messages], "acc3ss", Workspace.Secret, Workspace.BasicText);
        Assert.That(log.Messages, Is.Not.Empty);
    }

    private static void AssertHidden(IEnumerable<string> texts, params string[] secrets) => Assert.Multiple(() =>
    {
        foreach (var secret in secrets)
        {
            Assert.That(texts, Has.None.Contains(secret));
        }
    });

    /// <summary>Starts a workspace that tells when it is asked for a token, and waits before it gives it.</summary>
    private async Task<Workspace> HeldAsync()
    {
        var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        workspace.BeforeToken = async context =>
        {
            _asked.TrySetResult();
            await _answer.Task.WaitAsync(context.RequestAborted);
            return false;
        };
        return workspace;
    }

    private static Task<Workspace> RefusingAsync(string refused) => Workspace.StartAsync(context =>
        context.Request.Headers.Authorization == $"Bearer {refused}" ? context.AnswerAsync("""{"message":"expired"}""", status: 401) : context.AnswerAsync(Answers.Chat));

    private static async Task<Workspace> WithoutTokenAsync(string body, int status)
    {
        var workspace = await Workspace.AnsweringAsync(Answers.Chat);
        workspace.BeforeToken = async context =>
        {
            await context.AnswerAsync(body, status: status);
            return true;
        };
        return workspace;
    }
}
