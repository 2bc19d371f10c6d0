using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

[CancelAfter(30_000)]
public class BatchPacingTests
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 64).Select(i => $"text {i}")];

    [Test]
    public async Task EmbedAsync_keeps_as_many_requests_under_way_as_it_may(CancellationToken token)
    {
        var all = new Barrier(5);
        var client = new LengthEmbedder((_, stop) => Task.Run(() => all.SignalAndWait(stop), stop));

        await client.EmbedAsync("e", Texts[..25], new() { BatchSize = 1, MaxConcurrency = 5 }, token);

        Assert.That(all.CurrentPhaseNumber, Is.EqualTo(5));
    }

    [Test]
    public async Task EmbedAsync_of_429_waits_as_long_as_the_server_asks_with_all_requests(CancellationToken token)
    {
        var clock = new FakeTimeProvider();
        var refused = new SemaphoreSlim(0);
        var isOpen = false;
        var client = new LengthEmbedder((_, _) =>
        {
            if (Volatile.Read(ref isOpen))
            {
                return Task.CompletedTask;
            }

            refused.Release();
            throw Failure.RateLimited(TimeSpan.FromSeconds(30));
        });

        var run = client.EmbedAsync("e", Texts, new() { BatchSize = 1, MaxConcurrency = 4, TimeProvider = clock }, token);
        for (var i = 0; i < 4; i++)
        {
            await refused.WaitAsync(token);
        }

        await WaitUntilAsync(() => client.UnderWay == 0, token);
        clock.Advance(TimeSpan.FromSeconds(29.9));
        var askedBefore = client.Asked.Count;
        Volatile.Write(ref isOpen, true);

        // The run may have taken note of a refusal only now: it waits from then on.
        await AdvanceUntilAsync(clock, run, token);
        var vectors = await run;

        Assert.Multiple(() =>
        {
            Assert.That(askedBefore, Is.EqualTo(4));
            Assert.That(client.Asked, Has.Count.EqualTo(4 + 64));
            Assert.That(vectors, Has.Count.EqualTo(64));
        });
    }

    [TestCase(HttpStatusCode.TooManyRequests)]
    [TestCase(HttpStatusCode.ServiceUnavailable)]
    public async Task EmbedAsync_halves_the_requests_under_way_and_raises_them_slowly(HttpStatusCode status, CancellationToken token)
    {
        var clock = new FakeTimeProvider();
        var arrived = Channel.CreateUnbounded<TaskCompletionSource>();
        var client = new LengthEmbedder((_, _) =>
        {
            var answer = new TaskCompletionSource();
            arrived.Writer.TryWrite(answer);
            return answer.Task;
        });
        var run = client.EmbedAsync("e", Texts, new() { BatchSize = 1, MaxConcurrency = 8, TimeProvider = clock }, token);

        // What an answer leads to happens before SetResult returns on a thread of the pool; only requests that it lets begin come later.
        var open = new Queue<TaskCompletionSource>(await ArriveAsync(8));
        var first = open.Dequeue();
        await Task.Run(() => first.SetException(new DeployException("busy") { StatusCode = status, RetryAfter = TimeSpan.FromSeconds(1), IsTransient = true }), token);
        await AnswerAsync(3);
        clock.Advance(TimeSpan.FromSeconds(1));
        await GoOnAsync(begun: 1, underWay: 4); // the limit was halved: four answers until the refused one may begin again
        await GoOnAsync(begun: 2, underWay: 5);
        for (var i = 0; i < 4; i++)
        {
            await GoOnAsync(begun: 1, underWay: 5);
        }

        await GoOnAsync(begun: 2, underWay: 6);
        while (!run.IsCompleted)
        {
            await AnswerAsync(open.Count);
            await Task.WhenAny(run, arrived.Reader.WaitToReadAsync(token).AsTask());
            while (arrived.Reader.TryRead(out var next))
            {
                open.Enqueue(next);
            }
        }

        Assert.That(await run, Has.Count.EqualTo(Texts.Length));

        async Task GoOnAsync(int begun, int underWay)
        {
            await AnswerAsync(1);
            foreach (var next in await ArriveAsync(begun))
            {
                open.Enqueue(next);
            }

            Assert.That((client.UnderWay, arrived.Reader.TryPeek(out _)), Is.EqualTo((underWay, false)));
        }

        Task AnswerAsync(int count) => Task.Run(
            () =>
            {
                for (var i = 0; i < count; i++)
                {
                    open.Dequeue().SetResult();
                }
            },
            token);

        async Task<TaskCompletionSource[]> ArriveAsync(int count)
        {
            var calls = new TaskCompletionSource[count];
            for (var i = 0; i < count; i++)
            {
                calls[i] = await arrived.Reader.ReadAsync(token);
            }

            return calls;
        }
    }

    [Test]
    public void EmbedAsync_of_429_without_end_gives_up_when_its_patience_is_over()
    {
        var clock = new JumpingClock();
        var client = new LengthEmbedder((_, _) => throw Failure.RateLimited());

        Assert.That(async () => await client.EmbedAsync("e", Texts, new() { Patience = TimeSpan.FromMinutes(3), TimeProvider = clock }), Throws.TypeOf<DeployRateLimitException>());
        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromMinutes(2)).And.LessThan(TimeSpan.FromMinutes(4)));
    }

    [Test]
    public void EmbedAsync_of_a_wait_beyond_its_patience_fails_at_once()
    {
        var client = new LengthEmbedder((_, _) => throw Failure.RateLimited(TimeSpan.FromHours(1)));

        Assert.That(async () => await client.EmbedAsync("e", ["a"]), Throws.TypeOf<DeployRateLimitException>());
        Assert.That(client.Asked, Has.Count.EqualTo(1));
    }

    [TestCase("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests")]
    [TestCase("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens")]
    public async Task EmbedAsync_waits_for_a_limit_that_headers_tell_before_it_is_hit(string remaining, string reset, CancellationToken token)
    {
        var clock = new FakeTimeProvider();
        var first = new TaskCompletionSource();
        var handler = new StubHandler(_ =>
        {
            var answer = Clients.Json("""{"data":[{"index":0,"embedding":[1]}],"usage":{"total_tokens":2}}""");
            answer.Headers.Add(remaining, "0");
            answer.Headers.Add(reset, "20s");
            first.TrySetResult();
            return answer;
        });
        using var client = Clients.Answering(handler, new() { TimeProvider = clock, Timeout = Timeout.InfiniteTimeSpan });

        var run = client.EmbedAsync("e", ["some text", "other text"], new() { BatchSize = 1, MaxConcurrency = 1 }, token);
        await first.Task.WaitAsync(token);
        clock.Advance(TimeSpan.FromSeconds(19));
        var askedBefore = handler.Bodies.Count;
        await AdvanceUntilAsync(clock, run, token);

        Assert.That(askedBefore, Is.EqualTo(1));
        Assert.That(handler.Bodies, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task EmbedAsync_of_429_is_paced_by_the_run_and_not_by_the_clients_own_retries(CancellationToken token)
    {
        var asked = 0;
        var handler = new StubHandler(_ => Interlocked.Increment(ref asked) <= 5
            ? Clients.Json("""{"detail":"slow down"}""", HttpStatusCode.TooManyRequests)
            : Clients.Json("""{"data":[{"index":0,"embedding":[1]}]}"""));
        using var client = Clients.Answering(handler, new() { MaxRetries = 0, RetryDelay = TimeSpan.Zero });

        var vectors = await client.EmbedAsync("e", ["a"], cancellationToken: token);

        Assert.That(vectors, Has.Count.EqualTo(1));
        Assert.That(asked, Is.EqualTo(6));
    }

    private static async Task WaitUntilAsync(Func<bool> isSo, CancellationToken token)
    {
        while (!isSo())
        {
            token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider clock, Task run, CancellationToken token)
    {
        while (!run.IsCompleted)
        {
            token.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await run;
    }
}
