using System.Net.Http.Headers;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

/// <summary>An <see cref="HttpClient"/> that the caller gives is used as it is.</summary>
[CancelAfter(10_000)]
public class CallersHttpClientTests
{
    [Test]
    public async Task It_is_not_disposed_with_the_client(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("hello");
        using var http = new HttpClient();
        var client = new DeployClient(http, new() { Dialect = DeployDialect.MlflowGateway, Target = server.Address });

        client.Dispose();

        Assert.That(await http.GetStringAsync(server.Address, token), Is.EqualTo("hello"));
    }

    [Test]
    public async Task Its_base_address_is_the_target_and_stays(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        var address = new Uri(server.Address + "/prefix/");
        using var http = new HttpClient { BaseAddress = address };
        using var client = new DeployClient(http, Options.ForGateway());

        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.Multiple(() =>
        {
            Assert.That(server.Targets, Is.EqualTo(new[] { "/prefix/gateway/chat/invocations" }));
            Assert.That(http.BaseAddress, Is.SameAs(address));
        });
    }

    [Test]
    public async Task Target_wins_over_its_base_address_which_stays(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        using var http = new HttpClient { BaseAddress = new("http://elsewhere.test/") };
        using var client = new DeployClient(http, new() { Dialect = DeployDialect.MlflowGateway, Target = server.Address });

        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.Multiple(() =>
        {
            Assert.That(server.Targets, Has.Exactly(1).Items);
            Assert.That(http.BaseAddress.AbsoluteUri, Is.EqualTo("http://elsewhere.test/"));
        });
    }

    [Test]
    public async Task Its_headers_are_kept_and_none_are_added_to_it(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "theirs") } };
        http.DefaultRequestHeaders.Add("X-Team", "a");
        using var client = new DeployClient(http, new() { Dialect = DeployDialect.MlflowGateway, Target = gateway.Address, DefaultHeaders = { ["X-Ours"] = "b" } });

        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.Multiple(() =>
        {
            Assert.That((gateway.Header("Authorization"), gateway.Header("X-Team"), gateway.Header("X-Ours")), Is.EqualTo(("Bearer theirs", "a", "b")));
            Assert.That(http.DefaultRequestHeaders.Select(header => header.Key), Is.EquivalentTo(new[] { "Authorization", "X-Team" }));
        });
    }

    [Test]
    public async Task Credentials_of_the_options_win_over_its_own(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/gateway/chat/invocations", Answers.Chat);
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", "theirs") } };
        using var client = new DeployClient(http, new() { Dialect = DeployDialect.MlflowGateway, Target = gateway.Address, Token = "ours" });

        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That(gateway.Header("Authorization"), Is.EqualTo("Bearer ours"));
    }

    [Test]
    public async Task Its_own_time_out_is_told_as_one(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context => context.UntilAbortedAsync());
        using var http = new HttpClient { Timeout = TimeSpan.FromMilliseconds(50) };
        using var client = new DeployClient(http, new() { Dialect = DeployDialect.MlflowGateway, Target = server.Address });

        var failure = await Assert.ThrowsAsync<DeployTimeoutException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));
        var streamFailure = await Assert.ThrowsAsync<DeployTimeoutException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That((failure!.OptionName, streamFailure!.OptionName), Is.EqualTo(("HttpClient.Timeout", "HttpClient.Timeout")));
    }

    [Test]
    public async Task Streams_come_piece_by_piece_through_it(CancellationToken token)
    {
        var seen = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a"));
            await seen.Task.WaitAsync(context.RequestAborted);
            await context.SendAsync(Sse.Stop());
        });
        using var http = new HttpClient();
        using var client = new DeployClient(http, new() { Dialect = DeployDialect.MlflowGateway, Target = server.Address });
        await using var chunks = client.PredictStreamAsync("chat", new ChatRequest("x"), token).GetAsyncEnumerator(token);

        await chunks.MoveNextAsync();
        seen.SetResult();
        await chunks.MoveNextAsync();

        Assert.That(chunks.Current.Choices[0].FinishReason, Is.EqualTo(FinishReason.Stop));
    }

    [Test]
    public async Task It_serves_a_second_try_as_well(CancellationToken token)
    {
        var clock = new ObservedClock();
        var count = 0;
        await using var server = await FaultServer.StartAsync(context => context.AnswerAsync(Answers.Chat, status: ++count == 1 ? 503 : 200));
        using var http = new HttpClient();
        using var client = new DeployClient(http, new() { Dialect = DeployDialect.MlflowGateway, Target = server.Address, TimeProvider = clock });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await clock.SkipWaitsAsync(1, token);

        Assert.That((await call).Id, Is.EqualTo("chatcmpl-1"));
    }
}
