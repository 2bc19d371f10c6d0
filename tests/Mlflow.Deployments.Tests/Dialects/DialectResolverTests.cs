using System.Net;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Dialects;

/// <summary>Which kind of server a client takes an http address for.</summary>
[CancelAfter(10_000)]
public class DialectResolverTests
{
    private const string Probe = "GET /version";
    private const string GatewayCall = "POST /gateway/chat/invocations";
    private const string ServerCall = "POST /gateway/chat/mlflow/invocations";

    private static readonly ChatRequest Request = new("x");

    [TestCase("3.11.2.dev0")]
    [TestCase("3.9.0\n")]
    [TestCase("\"3.10.1\"")]
    public async Task A_bare_version_means_a_tracking_server(string version, CancellationToken token)
    {
        var handler = Answering(HttpStatusCode.OK, version);
        using var client = Client(handler);

        await client.PredictAsync("chat", Request, token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { Probe, ServerCall }));
    }

    [TestCase(HttpStatusCode.NotFound, """{"detail":"Not Found"}""")]
    [TestCase(HttpStatusCode.OK, "<html><body>3.11</body></html>")]
    [TestCase(HttpStatusCode.OK, """{"version":"3.11"}""")]
    [TestCase(HttpStatusCode.OK, "OK")]
    [TestCase(HttpStatusCode.OK, "")]
    public async Task Everything_else_that_is_no_trouble_means_a_gateway_and_is_remembered(HttpStatusCode status, string body, CancellationToken token)
    {
        var handler = Answering(status, body);
        using var client = Client(handler);

        await client.PredictAsync("chat", Request, token);
        await client.PredictAsync("chat", Request, token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { Probe, GatewayCall, GatewayCall }));
    }

    [Test]
    public async Task A_tracking_server_is_remembered(CancellationToken token)
    {
        var handler = Answering(HttpStatusCode.OK, "3.11.0");
        using var client = Client(handler);

        await client.PredictAsync("chat", Request, token);
        await client.PredictAsync("chat", Request, token);
        await client.GetHealthAsync(token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { Probe, ServerCall, ServerCall, "GET /health" }));
    }

    [TestCase(HttpStatusCode.Unauthorized)]
    [TestCase(HttpStatusCode.Forbidden)]
    [TestCase(HttpStatusCode.TooManyRequests)]
    [TestCase(HttpStatusCode.InternalServerError)]
    [TestCase(HttpStatusCode.ServiceUnavailable)]
    public async Task Trouble_in_front_of_the_server_is_not_remembered(HttpStatusCode status, CancellationToken token)
    {
        var statuses = new Queue<HttpStatusCode>([status, HttpStatusCode.OK]);
        var handler = new StubHandler(request => IsProbe(request) ? Clients.Json("3.11.0", statuses.Dequeue()) : Clients.Json(Answers.Chat));
        using var client = Client(handler);

        await client.PredictAsync("chat", Request, token);
        await client.PredictAsync("chat", Request, token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { Probe, GatewayCall, Probe, ServerCall }));
    }

    [Test]
    public async Task A_probe_that_gets_no_answer_is_not_remembered([Values] bool isRefused, CancellationToken token)
    {
        var probes = 0;
        var handler = new StubHandler(request => !IsProbe(request) ? Clients.Json(Answers.Chat)
            : ++probes > 1 ? Clients.Json("3.11.0")
            : isRefused ? throw new HttpRequestException(HttpRequestError.ConnectionError)
            : throw new IOException("closed"));
        using var client = Client(handler);

        await client.PredictAsync("chat", Request, token);
        await client.PredictAsync("chat", Request, token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { Probe, GatewayCall, Probe, ServerCall }));
    }

    [Test]
    public async Task A_silent_probe_is_given_up_after_10_seconds(CancellationToken token)
    {
        var clock = new FakeTimeProvider();
        var probe = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var handler = new StubHandler(async (request, cancellationToken) =>
        {
            if (IsProbe(request))
            {
                probe.SetResult(cancellationToken); // its time runs by now
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return Clients.Json(Answers.Chat);
        });
        using var client = new DeployClient(new HttpClient(handler), new() { Target = "http://gateway.test", TimeProvider = clock });

        var call = client.PredictAsync("chat", Request, token);
        var givenUp = await probe.Task.WaitAsync(token);
        clock.Advance(TimeSpan.FromSeconds(9.9));
        var isGivenUpEarly = givenUp.IsCancellationRequested;
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await call;

        Assert.Multiple(() =>
        {
            Assert.That(isGivenUpEarly, Is.False);
            Assert.That(handler.Requests, Is.EqualTo(new[] { Probe, GatewayCall }));
        });
    }

    [Test]
    public async Task Fifty_raced_calls_probe_once(CancellationToken token)
    {
        var gate = new TaskCompletionSource();
        var handler = new StubHandler(async (request, _) =>
        {
            await (IsProbe(request) ? gate.Task : Task.CompletedTask);
            return Clients.Json(IsProbe(request) ? "3.11.0" : Answers.Chat);
        });
        using var client = Client(handler);

        var calls = Enumerable.Range(0, 50).Select(_ => Task.Run(() => client.PredictAsync("chat", Request, token), token)).ToArray();
        gate.SetResult();
        await Task.WhenAll(calls);

        Assert.Multiple(() =>
        {
            Assert.That(handler.Requests.Where(request => request == Probe), Has.Exactly(1).Items);
            Assert.That(handler.Requests.Where(request => request == ServerCall), Has.Exactly(50).Items);
        });
    }

    [Test]
    public async Task A_caller_who_leaves_does_not_take_the_probe_from_the_others(CancellationToken token)
    {
        var gate = new TaskCompletionSource();
        var handler = new StubHandler(async (request, _) =>
        {
            await (IsProbe(request) ? gate.Task : Task.CompletedTask);
            return Clients.Json(IsProbe(request) ? "3.11.0" : Answers.Chat);
        });
        using var client = Client(handler);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(token);

        var first = client.PredictAsync("chat", Request, leaving.Token);
        var second = client.PredictAsync("chat", Request, token);
        await leaving.CancelAsync();

        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(leaving.Token));
        gate.SetResult();
        await second;
        Assert.That(handler.Requests, Is.EqualTo(new[] { Probe, ServerCall }));
    }

    [TestCase(DeployDialect.MlflowGateway, GatewayCall)]
    [TestCase(DeployDialect.MlflowServer, ServerCall)]
    [TestCase(DeployDialect.OpenAI, "POST /chat/completions")]
    public async Task Dialect_that_is_set_needs_no_probe(DeployDialect dialect, string call, CancellationToken token)
    {
        var handler = Answering(HttpStatusCode.OK, "3.11.0");
        using var client = new DeployClient(new HttpClient(handler), new() { Target = "http://gateway.test", Dialect = dialect });

        await client.PredictAsync("chat", Request, token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { call }));
    }

    [Test]
    public async Task Address_of_OpenAI_needs_no_probe(CancellationToken token)
    {
        var handler = Answering(HttpStatusCode.OK, "3.11.0");
        using var client = new DeployClient(new HttpClient(handler), new() { Target = "https://api.openai.com/v1" });

        await client.PredictAsync("gpt-4o", Request, token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { "POST /v1/chat/completions" }));
    }

    [Test]
    public async Task The_probe_goes_behind_the_path_of_the_target_with_the_credentials(CancellationToken token)
    {
        var handler = new StubHandler(request => request.Headers.Authorization?.Parameter == "t0ken" ? Clients.Json(IsProbe(request) ? "3.11.0" : Answers.Chat) : Clients.Json("{}", HttpStatusCode.Unauthorized));
        using var client = new DeployClient(new HttpClient(handler), new() { Target = "http://gateway.test/a/b", Token = "t0ken" });

        await client.PredictAsync("chat", Request, token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { "GET /a/b/version", "POST /a/b/gateway/chat/mlflow/invocations" }));
    }

    private static bool IsProbe(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.EndsWith("/version", StringComparison.Ordinal);

    private static StubHandler Answering(HttpStatusCode status, string version) => new(request => IsProbe(request) ? Clients.Json(version, status) : Clients.Json(Answers.Chat));

    private static DeployClient Client(HttpMessageHandler handler) => new(new HttpClient(handler), new() { Target = "http://gateway.test" });
}
