using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Testing;

namespace TestingYourApp.Tests;

/// <summary>The app from the outside, against a gateway of the test's own: everything is real but the model.</summary>
[CancelAfter(20_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class AppTests
{
    [Test]
    public async Task Ask_returns_what_the_model_says(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns("MLflow tracks experiments.");
        await using var app = new AppFactory(gateway);

        var answer = await AskAsync(app, "What is MLflow?", token);

        var asked = gateway.Received("chat", 1)[0].Chat!;
        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo("MLflow tracks experiments."));
            Assert.That(asked.Messages.Select(message => (message.Role, message.Content)), Is.EqualTo(new[] { (ChatRole.System, "Answer in one sentence."), (ChatRole.User, "What is MLflow?") }));
            Assert.That(gateway.VerifyNoUnexpectedRequests, Throws.Nothing);
        });
    }

    [Test]
    public async Task Ask_runs_the_tool_that_the_model_asks_for(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").WhenUserSays("weather").CallsTool("get_weather", new JsonObject { ["city"] = "Paris" }).Returns("Take sunglasses.");
        await using var app = new AppFactory(gateway);

        var answer = await AskAsync(app, "How is the weather in Paris?", token);

        var result = gateway.Received("chat", 2)[1].Chat!.Messages[^1];
        Assert.That((answer, result.Role, result.ToolCallId, result.Content), Is.EqualTo(("Take sunglasses.", ChatRole.Tool, "call_1", "It is sunny in Paris.")));
    }

    [Test]
    public async Task Ask_that_is_rate_limited_asks_again(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").RateLimits(TimeSpan.FromSeconds(30)).Returns("Fine again."); // the app is set not to wait the 30 seconds
        await using var app = new AppFactory(gateway);

        Assert.That(await AskAsync(app, "Hello?", token), Is.EqualTo("Fine again."));
        gateway.Received("chat", 2);
    }

    [Test]
    public async Task Ask_that_stays_rate_limited_says_that_the_model_is_busy(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").RateLimits();
        await using var app = new AppFactory(gateway);
        using var http = app.CreateClient();

        using var answer = await http.PostAsJsonAsync("/ask", new Question("Hello?"), token);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task Story_comes_word_by_word(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Streams("Once ", "upon ", "a time.");
        await using var app = new AppFactory(gateway);
        using var http = app.CreateClient();

        var events = await http.GetStringAsync(new Uri("/story?about=kings", UriKind.Relative), token);

        Assert.That(events, Is.EqualTo("data: Once \n\ndata: upon \n\ndata: a time.\n\n"));
        Assert.That(gateway.Received("chat", 1)[0].IsStreamed, Is.True);
    }

    [Test]
    public async Task Story_that_is_cut_off_says_so(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Chat("chat").Returns(new ChatAnswer { Pieces = ["Once ", "upon ", "a time."], Fault = Fault.CutAfter(2) });
        await using var app = new AppFactory(gateway);
        using var http = app.CreateClient();

        var events = await http.GetStringAsync(new Uri("/story?about=kings", UriKind.Relative), token);

        Assert.That(events, Is.EqualTo("data: Once \n\ndata: upon \n\nevent: error\ndata: The story breaks off here.\n\n"));
    }

    [Test]
    public async Task Search_finds_the_document_that_shares_words(CancellationToken token)
    {
        await using var gateway = await FakeGateway.StartAsync(cancellationToken: token);
        gateway.Embeddings("embeddings");
        await using var app = new AppFactory(gateway);
        using var http = app.CreateClient();

        using var answer = await http.PostAsJsonAsync("/search", new Search("a lost password", ["Opening hours of the shop", "Reset a password you lost", "Prices"]), token);

        Assert.That(await answer.Content.ReadAsStringAsync(token), Is.EqualTo("Reset a password you lost"));
    }

    private static async Task<string> AskAsync(AppFactory app, string question, CancellationToken token)
    {
        using var http = app.CreateClient();
        using var answer = await http.PostAsJsonAsync("/ask", new Question(question), token);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(token);
    }
}
