using System.Net;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class HealthTests
{
    [TestCase("""{"status":"OK"}""", "OK")]
    [TestCase("OK", "OK")]
    [TestCase("{}", null)]
    [TestCase("", null)]
    [TestCase("<html>fine</html>", null)]
    public async Task GetHealthAsync_of_a_server_that_is_up_says_so(string body, string? status, CancellationToken token)
    {
        using var gateway = Gateway.Answering("/health", body);
        using var client = gateway.Client();

        var health = await client.GetHealthAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Request.Method, Is.EqualTo("GET"));
            Assert.That(health, Is.EqualTo(new GatewayHealth { IsHealthy = true, Status = status, StatusCode = HttpStatusCode.OK }));
        });
    }

    [TestCase(503, """{"status":"starting","detail":"wait a little"}""", "starting", "wait a little")]
    [TestCase(500, "oops", "oops", "oops")]
    [TestCase(401, """{"detail":"who are you"}""", null, "who are you")]
    [TestCase(404, """{"detail":"Not Found"}""", null, "Not Found")]
    public async Task GetHealthAsync_of_a_server_that_is_not_well_tells_why_and_asks_once(int status, string body, string? word, string words, CancellationToken token)
    {
        using var gateway = Gateway.Answering("/health", body, status);
        using var client = gateway.Client();

        var health = await client.GetHealthAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((health.IsHealthy, (int?)health.StatusCode, health.Status), Is.EqualTo((false, status, word)));
            Assert.That(health.Error, Does.Contain(words));
            Assert.That(gateway.Requests, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task GetHealthAsync_of_a_server_that_is_down_tells_why(CancellationToken token)
    {
        var server = await FaultServer.AnsweringAsync("{}");
        await server.DisposeAsync();
        using var client = new DeployClient(server.Address.Replace("http://", "http://user:s3cret@", StringComparison.Ordinal), Options.ForGateway());

        var health = await client.GetHealthAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((health.IsHealthy, health.StatusCode), Is.EqualTo((false, (HttpStatusCode?)null)));
            Assert.That(health.Error, Does.Contain(server.Address).And.Contain("no connection could be made").And.Not.Contain("s3cret"));
        });
    }

    [Test]
    public async Task GetHealthAsync_of_a_silent_server_gives_up_after_10_seconds(CancellationToken token)
    {
        var clock = new ObservedClock();
        await using var server = await FaultServer.StartAsync(context => context.UntilAbortedAsync());
        using var client = server.Client(new() { TimeProvider = clock });

        var call = client.GetHealthAsync(token);
        await clock.RunOutAsync(TimeSpan.FromSeconds(10), token);

        Assert.That(await call, Is.EqualTo(new GatewayHealth { IsHealthy = false, Error = "The health of the server did not answer within 10 s." }).Using<GatewayHealth>((a, b) =>
            a.IsHealthy == b.IsHealthy && a.Error!.StartsWith(b.Error!, StringComparison.Ordinal)));
    }

    [Test]
    public async Task GetHealthAsync_that_is_cancelled_throws_for_the_callers_token(CancellationToken token)
    {
        var asked = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(context =>
        {
            asked.SetResult();
            return context.UntilAbortedAsync();
        });
        using var client = server.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);

        var call = client.GetHealthAsync(source.Token);
        await asked.Task.WaitAsync(token);
        await source.CancelAsync();

        Assert.That(() => call, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(source.Token));
    }
}
