using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class AuthorizationTests
{
    [Test]
    public async Task Token_is_sent_as_Bearer(CancellationToken token) =>
        Assert.That(await AuthorizationOfAsync(new() { Token = "t0ken" }, token), Is.EqualTo("Bearer t0ken"));

    [Test]
    public async Task Username_and_password_are_sent_as_Basic_in_UTF8(CancellationToken token) =>
        Assert.That(await AuthorizationOfAsync(new() { Username = "jörg", Password = "pä:ss" }, token), Is.EqualTo("Basic asO2cmc6cMOkOnNz"));

    [Test]
    public async Task Basic_wins_over_the_token(CancellationToken token) =>
        Assert.That(await AuthorizationOfAsync(new() { Token = "t0ken", Username = "u", Password = "p" }, token), Is.EqualTo("Basic dTpw"));

    [Test]
    public async Task Username_without_a_password_leaves_the_token(CancellationToken token) =>
        Assert.That(await AuthorizationOfAsync(new() { Token = "t0ken", Username = "u" }, token), Is.EqualTo("Bearer t0ken"));

    [Test]
    public async Task Without_credentials_none_are_sent(CancellationToken token) =>
        Assert.That(await AuthorizationOfAsync(new(), token), Is.Null);

    [Test]
    public async Task TokenProvider_wins_over_token_and_password(CancellationToken token) =>
        Assert.That(
            await AuthorizationOfAsync(new() { Token = "t0ken", Username = "u", Password = "p", TokenProvider = _ => ValueTask.FromResult("fresh") }, token),
            Is.EqualTo("Bearer fresh"));

    [Test]
    public async Task TokenProvider_is_asked_before_each_request(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        var count = 0;
        using var client = gateway.Client(new() { TokenProvider = _ => ValueTask.FromResult($"t{++count}") });

        await client.PredictAsync("chat", new ChatRequest("x"), token);
        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That(gateway.Server.LogEntries.Select(entry => entry.RequestMessage!.Headers!["Authorization"].Single()), Is.EqualTo(new[] { "Bearer t1", "Bearer t2" }));
    }

    [Test]
    public async Task TokenProvider_is_asked_again_for_a_retry(CancellationToken token)
    {
        var clock = new ObservedClock();
        using var gateway = Gateway.Answering("/gateway/chat/invocations", "{}", 503);
        var count = 0;
        using var client = gateway.Client(new() { TokenProvider = _ => ValueTask.FromResult($"t{++count}"), MaxRetries = 1, TimeProvider = clock });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await clock.SkipWaitsAsync(1, token);

        Assert.That(() => call, Throws.TypeOf<DeployServerException>());
        Assert.That(gateway.Server.LogEntries.Select(entry => entry.RequestMessage!.Headers!["Authorization"].Single()), Is.EqualTo(new[] { "Bearer t1", "Bearer t2" }));
    }

    [Test]
    public async Task Credentials_in_the_address_are_sent_as_Basic_and_win(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        using var client = new DeployClient(gateway.Address.Replace("http://", "http://us%40er:p%3Aw@", StringComparison.Ordinal), Options.ForGateway(new() { Token = "t0ken" }));

        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That(gateway.Header("Authorization"), Is.EqualTo("Basic dXNAZXI6cDp3"));
    }

    [Test]
    public async Task Credentials_go_with_the_catalogue_and_the_health_too(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/*", "{}");
        using var client = gateway.Client(Options.ForGateway(new() { Token = "t0ken" }));

        await client.ListEndpointsAsync(token).ToListAsync(token);
        await client.GetHealthAsync(token);

        Assert.That(gateway.Server.LogEntries.Select(entry => entry.RequestMessage!.Headers!["Authorization"].Single()), Is.EqualTo(new[] { "Bearer t0ken", "Bearer t0ken" }));
    }

    [Test]
    public async Task Redirect_to_another_server_is_not_followed(CancellationToken token)
    {
        using var other = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers.Location = other.Address.TrimEnd('/') + context.Request.Path;
            return context.AnswerAsync(string.Empty, status: 307);
        });
        using var client = server.Client(Options.ForGateway(new() { Token = "t0ken" }));

        Assert.That(
            async () => await client.PredictAsync("chat", new ChatRequest("x"), token),
            Throws.InstanceOf<DeployRequestException>().With.Message.Contains(other.Address.TrimEnd('/')).And.Message.Contains("make it the target"));
    }

    [Test]
    public async Task DefaultHeaders_are_sent_with_every_request(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        using var client = gateway.Client(new() { DefaultHeaders = { ["X-MLFLOW-WORKSPACE"] = "team a", ["User-Agent"] = "mine/1.0" } });

        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Header("X-MLFLOW-WORKSPACE"), Is.EqualTo("team a"));
            Assert.That(gateway.Header("User-Agent"), Is.EqualTo("mine/1.0"));
        });
    }

    [Test]
    public async Task DefaultHeaders_may_replace_the_authorization(CancellationToken token) =>
        Assert.That(await AuthorizationOfAsync(new() { Token = "t0ken", DefaultHeaders = { ["authorization"] = "Custom abc" } }, token), Is.EqualTo("Custom abc"));

    [Test]
    public async Task TokenProvider_that_throws_fails_the_call_with_its_exception(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        using var client = server.Client(new() { TokenProvider = _ => throw new InvalidOperationException("no login") });

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Is.EqualTo("no login"));
            Assert.That(server.Targets, Is.Empty);
        });
    }

    private static async Task<string?> AuthorizationOfAsync(DeployClientOptions options, CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        using var client = gateway.Client(options);
        await client.PredictAsync("chat", new ChatRequest("x"), token);
        return gateway.Header("Authorization");
    }
}
