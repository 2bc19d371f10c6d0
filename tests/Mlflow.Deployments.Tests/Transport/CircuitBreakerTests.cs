using System.Net;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Transport;

/// <summary>An endpoint that keeps failing is left alone, it alone, and for a while only.</summary>
[CancelAfter(10_000)]
public class CircuitBreakerTests
{
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(5);
    private static readonly ChatRequest Request = new("x");

    private readonly FakeTimeProvider _clock = new();
    private HttpStatusCode _status = HttpStatusCode.InternalServerError;

    [Test]
    public async Task It_opens_and_the_next_call_fails_at_once_with_the_time_to_wait(CancellationToken token)
    {
        var handler = Handler();
        using var client = Client(handler);
        await OpenAsync(client, token);

        var failure = await FailureAsync(() => client.PredictAsync("bad", Request, token));
        var ofStream = await FailureAsync(() => client.PredictStreamAsync("bad", Request, token).ToListAsync(token).AsTask());

        Assert.Multiple(() =>
        {
            Assert.That(handler.Requests, Has.Count.EqualTo(2));
            foreach (var thrown in new[] { failure, ofStream })
            {
                Assert.That(thrown, Is.TypeOf<DeployException>());
                Assert.That((thrown.StatusCode, thrown.Endpoint, thrown.IsTransient), Is.EqualTo(((HttpStatusCode?)null, "bad", true)));
                Assert.That(thrown.RetryAfter, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(Break));
                Assert.That(thrown.Message, Does.StartWith("Endpoint 'bad' was not asked").And.Contain("asked again in 5 s"));
            }
        });
    }

    [Test]
    public async Task Other_endpoints_and_the_catalogue_are_asked_as_before(CancellationToken token)
    {
        var handler = Handler();
        using var client = Client(handler);
        await OpenAsync(client, token);

        await client.PredictAsync("good", Request, token);
        await FailureAsync(() => client.GetEndpointAsync("bad", token));

        Assert.That(handler.Requests.Skip(2), Is.EqualTo(new[] { "POST /gateway/good/invocations", "GET /api/2.0/endpoints/bad" }));
    }

    [Test]
    public async Task After_the_break_one_good_answer_closes_it(CancellationToken token)
    {
        var handler = Handler();
        using var client = Client(handler);
        await OpenAsync(client, token);

        _clock.Advance(Break + TimeSpan.FromSeconds(1));
        _status = HttpStatusCode.OK;
        await client.PredictAsync("bad", Request, token);
        _status = HttpStatusCode.InternalServerError;
        var next = await FailureAsync(() => client.PredictAsync("bad", Request, token));

        Assert.Multiple(() =>
        {
            Assert.That(next, Is.TypeOf<DeployServerException>());
            Assert.That(handler.Requests, Has.Count.EqualTo(4));
        });
    }

    [Test]
    public async Task After_the_break_one_bad_answer_opens_it_again(CancellationToken token)
    {
        var handler = Handler();
        using var client = Client(handler);
        await OpenAsync(client, token);

        _clock.Advance(Break + TimeSpan.FromSeconds(1));
        var probe = await FailureAsync(() => client.PredictAsync("bad", Request, token));
        var next = await FailureAsync(() => client.PredictAsync("bad", Request, token));

        Assert.Multiple(() =>
        {
            Assert.That((probe.GetType(), next.GetType()), Is.EqualTo((typeof(DeployServerException), typeof(DeployException))));
            Assert.That(handler.Requests, Has.Count.EqualTo(3));
        });
    }

    [TestCase(HttpStatusCode.BadRequest)]
    [TestCase(HttpStatusCode.NotFound)]
    [TestCase(HttpStatusCode.TooManyRequests)]
    public async Task Refusals_do_not_count(HttpStatusCode status, CancellationToken token)
    {
        _status = status;
        var handler = Handler();
        using var client = Client(handler);

        for (var i = 0; i < 5; i++)
        {
            await FailureAsync(() => client.PredictAsync("bad", Request, token));
        }

        Assert.That(handler.Requests, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Broken_connections_count(CancellationToken token)
    {
        var handler = new StubHandler(_ => throw new IOException("reset"));
        using var client = Client(handler);

        await FailureAsync(() => client.PredictAsync("bad", Request, token));
        await FailureAsync(() => client.PredictAsync("bad", Request, token));
        await FailureAsync(() => client.PredictAsync("bad", Request, token));

        Assert.That(handler.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Callers_who_leave_do_not_count(CancellationToken token)
    {
        var handler = Silent();
        using var client = Client(handler);

        for (var i = 0; i < 5; i++)
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(token);
            var left = client.PredictAsync("bad", Request, leaving.Token);
            await leaving.CancelAsync();
            Assert.That(() => left, Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(handler.Requests, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Time_outs_count(CancellationToken token)
    {
        using var client = Client(Silent());

        var calls = new[] { client.PredictAsync("bad", Request, token), client.PredictAsync("bad", Request, token) };
        _clock.Advance(TimeSpan.FromSeconds(30));
        var failures = new[] { await FailureAsync(() => calls[0]), await FailureAsync(() => calls[1]), await FailureAsync(() => client.PredictAsync("bad", Request, token)) };

        Assert.That(failures.Select(failure => failure.GetType()), Is.EqualTo(new[] { typeof(DeployTimeoutException), typeof(DeployTimeoutException), typeof(DeployException) }));
    }

    private static async Task<DeployException> FailureAsync(Func<Task> call) => (await Assert.CatchAsync<DeployException>(() => call()))!;

    private static async Task OpenAsync(DeployClient client, CancellationToken token)
    {
        await FailureAsync(() => client.PredictAsync("bad", Request, token));
        await FailureAsync(() => client.PredictAsync("bad", Request, token));
    }

    private static StubHandler Silent() => new(async (_, cancellationToken) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return Clients.Json("{}");
    });

    private StubHandler Handler() => new(request => Clients.Json(Answers.Chat, request.RequestUri!.AbsolutePath.Contains("bad", StringComparison.Ordinal) ? _status : HttpStatusCode.OK));

    private DeployClient Client(HttpMessageHandler handler) => Clients.Answering(handler, new()
    {
        MaxRetries = 0,
        Timeout = TimeSpan.FromSeconds(20),
        TimeProvider = _clock,
        CircuitBreaker = new() { MinimumThroughput = 2, SamplingDuration = TimeSpan.FromMinutes(5), BreakDuration = Break },
    });
}
