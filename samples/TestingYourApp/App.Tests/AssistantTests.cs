using Mlflow.Deployments;
using Mlflow.Deployments.Testing;

namespace TestingYourApp.Tests;

/// <summary>One class of the app alone: no server, no socket.</summary>
[CancelAfter(20_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class AssistantTests
{
    [Test]
    public async Task AnswerAsync_returns_what_the_model_says(CancellationToken token)
    {
        using var client = new FakeDeployClient();
        client.Chat("chat").Returns("Hi!");

        Assert.That(await new Assistant(client).AnswerAsync("Hello?", token), Is.EqualTo("Hi!"));
        client.Received("chat", 1, request => request.Chat!.Messages[^1].Content == "Hello?");
    }

    [Test]
    public async Task AnswerAsync_lets_the_time_out_of_the_client_through(CancellationToken token)
    {
        using var client = new FakeDeployClient();
        var timeout = new DeployTimeoutException("Too slow.");
        client.Chat("chat").Throws(timeout);

        var thrown = await Assert.CatchAsync(() => new Assistant(client).AnswerAsync("Hello?", token));

        Assert.That(thrown, Is.SameAs(timeout));
    }

    [Test]
    public async Task TellAsync_that_falls_silent_ends_when_the_reader_leaves(CancellationToken token)
    {
        using var client = new FakeDeployClient();
        client.Chat("chat").Returns(new ChatAnswer("Once upon a time") { Fault = Fault.SilenceAfter(1) });
        using var reader = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var words = new Assistant(client).TellAsync("kings", reader.Token).GetAsyncEnumerator(token);
        await words.MoveNextAsync();
        var next = words.MoveNextAsync().AsTask();
        await client.WaitForSilenceAsync(token);

        await reader.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => next);
    }
}
