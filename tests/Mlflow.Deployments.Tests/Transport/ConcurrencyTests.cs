using System.Net;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Transport;

/// <summary>No more requests under way than <see cref="DeployClientOptions.MaxConcurrentRequests"/>; the others wait, and no place is lost.</summary>
[CancelAfter(10_000)]
public class ConcurrencyTests
{
    private static readonly ChatRequest Request = new("x");

    private readonly FakeTimeProvider _clock = new();
    private readonly SemaphoreSlim _mayAnswer = new(0);
    private int _underWay;
    private int _most;

    [TestCase(1)]
    [TestCase(3)]
    public async Task Never_more_are_under_way(int limit, CancellationToken token)
    {
        var handler = Waiting();
        using var client = Client(handler, limit);

        var calls = Enumerable.Range(0, 20).Select(_ => Task.Run(() => client.PredictAsync("chat", Request, token), token)).ToArray();
        _mayAnswer.Release(20);
        await Task.WhenAll(calls);

        Assert.Multiple(() =>
        {
            Assert.That(_most, Is.LessThanOrEqualTo(limit));
            Assert.That(handler.Requests, Has.Count.EqualTo(20));
        });
    }

    [Test]
    public async Task A_call_that_finds_no_place_is_sent_when_there_is_one(CancellationToken token)
    {
        var handler = Waiting();
        using var client = Client(handler, 1);

        var first = client.PredictAsync("chat", Request, token);
        var second = client.PredictAsync("chat", Request, token);
        var sentBefore = handler.Requests.Count;
        _mayAnswer.Release(2);
        await Task.WhenAll(first, second);

        Assert.That((sentBefore, handler.Requests.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_stream_holds_its_place_until_it_is_left(CancellationToken token)
    {
        var handler = new StubHandler(_ => Answers.Stream());
        using var client = Client(handler, 1);
        var chunks = client.PredictStreamAsync("chat", Request, token).GetAsyncEnumerator(token);
        await chunks.MoveNextAsync();

        var second = client.PredictStreamAsync("chat", Request, token).ToChatResponseAsync(token);
        var sentBefore = handler.Requests.Count;
        await chunks.DisposeAsync();
        await second;

        Assert.That((sentBefore, handler.Requests.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Failures_give_their_place_back(CancellationToken token)
    {
        var answers = new Queue<Func<HttpResponseMessage>>(
        [
            () => Clients.Json("{}", HttpStatusCode.InternalServerError), () => throw new IOException("reset"), () => Clients.Json("no JSON"), () => Clients.Json("{}", HttpStatusCode.BadRequest),
            () => Clients.Json("no stream"), () => Clients.Json(Answers.Chat),
        ]);
        using var client = Client(new StubHandler(_ => answers.Dequeue()()), 1);

        for (var i = 0; i < 3; i++)
        {
            await Assert.CatchAsync<DeployException>(() => client.PredictAsync("chat", Request, token));
        }

        for (var i = 0; i < 2; i++)
        {
            await Assert.CatchAsync<DeployException>(() => client.PredictStreamAsync("chat", Request, token).ToListAsync(token).AsTask());
        }

        Assert.That((await client.PredictAsync("chat", Request, token)).Text, Is.EqualTo("hi"));
    }

    [Test]
    public async Task Waiting_for_a_place_can_be_cancelled_and_takes_none([Values] bool isStream, CancellationToken token)
    {
        var handler = Waiting();
        using var client = Client(handler, 1);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(token);
        var first = client.PredictAsync("chat", Request, token);

        Task second = isStream ? client.PredictStreamAsync("chat", Request, leaving.Token).ToListAsync(leaving.Token).AsTask() : client.PredictAsync("chat", Request, leaving.Token);
        await leaving.CancelAsync();

        Assert.That(() => second, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(leaving.Token));
        _mayAnswer.Release(2);
        await first;
        await client.PredictAsync("chat", Request, token);
        Assert.That(handler.Requests, Has.Count.EqualTo(2));
    }

    [TestCase(false, "Timeout")]
    [TestCase(true, "FirstByteTimeout")]
    public async Task Waiting_for_a_place_counts_for_the_time_limit(bool isStream, string option, CancellationToken token)
    {
        var handler = Waiting();
        using var client = Client(handler, 1, isStream ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        var first = isStream ? client.PredictAsync("chat", Request, token) : client.PredictStreamAsync("chat", Request, token).ToChatResponseAsync(token);

        Task second = isStream ? client.PredictStreamAsync("chat", Request, token).ToListAsync(token).AsTask() : client.PredictAsync("chat", Request, token);
        _clock.Advance(isStream ? TimeSpan.FromMinutes(2) : TimeSpan.FromMinutes(1));

        var failure = await Assert.ThrowsAsync<DeployTimeoutException>(() => second);
        Assert.That((failure!.OptionName, handler.Requests.Count), Is.EqualTo((option, 1)));
        _mayAnswer.Release();
        await first;
    }

    [Test]
    public async Task Disposing_the_client_takes_no_answer_that_comes_and_leaves_nobody_waiting(CancellationToken token)
    {
        var handler = new IgnoringHandler(_mayAnswer);
        var client = Client(handler, 1);
        var first = client.PredictAsync("chat", Request, token);
        var second = client.PredictAsync("chat", Request, token);

        client.Dispose();
        _mayAnswer.Release(2);

        await Assert.CatchAsync<Exception>(() => second);
        Assert.That((await first).Text, Is.EqualTo("hi"));
    }

    [Test]
    public async Task A_stream_that_is_forgotten_gives_its_place_back(CancellationToken token)
    {
        using var client = Client(new StubHandler(_ => Answers.Stream()), 1);
        await ForgetAsync(client);
        var second = client.PredictStreamAsync("chat", Request, token).ToChatResponseAsync(token);

        while (!second.IsCompleted)
        {
            token.ThrowIfCancellationRequested();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.That((await second).Text, Is.EqualTo("hi"));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static async Task ForgetAsync(DeployClient client) => await client.PredictStreamAsync("chat", Request, CancellationToken.None).GetAsyncEnumerator().MoveNextAsync();

    // Answers also when it is told to stop, as a handler that has the answer already does.
    private sealed class IgnoringHandler(SemaphoreSlim mayAnswer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await mayAnswer.WaitAsync(CancellationToken.None);
            return Clients.Json(Answers.Chat);
        }
    }

    private StubHandler Waiting() => new(async (request, cancellationToken) =>
    {
        var now = Interlocked.Increment(ref _underWay);
        lock (_mayAnswer)
        {
            _most = Math.Max(_most, now);
        }

        await _mayAnswer.WaitAsync(cancellationToken);
        var isStream = (await request.Content!.ReadAsStringAsync(cancellationToken)).Contains("\"stream\"", StringComparison.Ordinal);
        Interlocked.Decrement(ref _underWay);
        return isStream ? Answers.Stream() : Clients.Json(Answers.Chat);
    });

    private DeployClient Client(HttpMessageHandler handler, int limit, TimeSpan? timeout = null, TimeSpan? firstByteTimeout = null) => Clients.Answering(handler, new()
    {
        MaxRetries = 0,
        MaxConcurrentRequests = limit,
        TimeProvider = _clock,
        Timeout = timeout ?? TimeSpan.FromMinutes(5),
        FirstByteTimeout = firstByteTimeout ?? TimeSpan.FromMinutes(5),
    });
}
