using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

[CancelAfter(10_000)]
public class ConnectionReuseTests
{
    private const int Calls = 20;

    // On a busy machine the end of a body may come too late for one of them.
    private const int Few = 3;

    [TestCase(200)]
    [TestCase(404)]
    [TestCase(500)]
    public async Task Calls_one_after_the_other_share_a_connection(int status, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat, status: status);
        using var client = server.Client();

        for (var i = 0; i < Calls; i++)
        {
            await ((Task)client.PredictAsync("chat", new ChatRequest("x"), token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Assert.Multiple(() =>
        {
            Assert.That(server.Targets, Has.Exactly(Calls).Items);
            Assert.That(server.Connections, Is.LessThanOrEqualTo(Few));
        });
    }

    [TestCase("")]
    [TestCase(Sse.Done)]
    [TestCase(Sse.Done + ": bye\n\n")]
    public async Task Whole_streams_one_after_the_other_share_a_connection(string end, CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("a"), Sse.Stop() + end);
        using var client = server.Client();

        for (var i = 0; i < Calls; i++)
        {
            await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token);
        }

        Assert.Multiple(() =>
        {
            Assert.That(server.Targets, Has.Exactly(Calls).Items);
            Assert.That(server.Connections, Is.LessThanOrEqualTo(Few));
        });
    }

    [Test]
    public async Task Whole_answers_in_place_of_streams_share_a_connection(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        using var client = server.Client();

        for (var i = 0; i < Calls; i++)
        {
            await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token);
        }

        Assert.That(server.Connections, Is.LessThanOrEqualTo(Few));
    }

    [Test]
    public async Task Further_tries_share_a_connection(CancellationToken token)
    {
        var clock = new ObservedClock();
        await using var server = await FaultServer.AnsweringAsync("""{"detail":"busy"}""", status: 503);
        using var client = server.Client(new() { TimeProvider = clock, MaxRetries = 10 });

        var call = client.PredictAsync("chat", new ChatRequest("x"), token);
        await clock.SkipWaitsAsync(10, token);
        await Assert.ThrowsAsync<DeployServerException>(() => call);

        Assert.Multiple(() =>
        {
            Assert.That(server.Targets, Has.Exactly(11).Items);
            Assert.That(server.Connections, Is.LessThanOrEqualTo(Few));
        });
    }

    [Test]
    public async Task Clients_share_their_connections(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);

        for (var i = 0; i < Calls; i++)
        {
            using var client = server.Client();
            await client.PredictAsync("chat", new ChatRequest("x"), token);
        }

        Assert.That(server.Connections, Is.LessThanOrEqualTo(Few));
    }
}
