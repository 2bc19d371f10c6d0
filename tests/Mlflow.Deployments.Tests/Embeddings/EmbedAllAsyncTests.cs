using System.Collections.Concurrent;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Embeddings;

[CancelAfter(30_000)]
public class EmbedAllAsyncTests
{
    private readonly LengthEmbedder _client = new();
    private int _pulled;

    [Test]
    public async Task EmbedAllAsync_gives_texts_with_vectors_in_input_order(CancellationToken token)
    {
        var texts = Enumerable.Range(0, 1000).Select(i => new string('x', i)).ToArray();

        var all = await _client.EmbedAllAsync("e", texts, new() { BatchSize = 7 }, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(all.Select(text => text.Index), Is.EqualTo(Enumerable.Range(0, 1000)));
            Assert.That(all.Select(text => text.Text), Is.EqualTo(texts));
            Assert.That(all.Select(text => text.Vector.ToArray()), Is.EqualTo(texts.Select(LengthEmbedder.Vector)));
            Assert.That(all.Select(text => text.Error), Is.All.Null);
        });
    }

    [Test]
    public async Task EmbedAllAsync_of_a_source_that_is_both_kinds_pulls_it_asynchronously(CancellationToken token)
    {
        var both = new BothKinds();

        var all = await _client.EmbedAllAsync("e", both, cancellationToken: token).ToListAsync(token);

        Assert.That(all.Single().Text, Is.EqualTo("asynchronous"));
    }

    [Test]
    public async Task EmbedAllAsync_of_no_texts_asks_nothing(CancellationToken token)
    {
        var all = await _client.EmbedAllAsync("e", Array.Empty<string>(), cancellationToken: token).ToListAsync(token);

        Assert.That(all, Is.Empty);
        Assert.That(_client.Asked, Is.Empty);
    }

    [Test]
    public async Task EmbedAllAsync_splits_by_characters_and_sends_a_longer_text_alone(CancellationToken token)
    {
        string[] texts = ["aaaa", "bbbb", "cc", "dddddddddddddddd", "e"];

        await _client.EmbedAllAsync("e", texts, new() { MaxBatchCharacters = 10, MaxConcurrency = 1 }, token).ToListAsync(token);

        Assert.That(_client.Asked.Select(batch => string.Join(' ', batch)), Is.EqualTo(new[] { "aaaa bbbb cc", "dddddddddddddddd", "e" }));
    }

    [TestCase(1, 1)]
    [TestCase(4, 10)]
    public async Task EmbedAllAsync_pulls_at_most_one_batch_more_than_may_be_under_way(int concurrency, int size, CancellationToken token)
    {
        var ahead = 0;
        var taken = 0;
        await foreach (var text in _client.EmbedAllAsync("e", Counted(5000), new() { BatchSize = size, MaxConcurrency = concurrency }, token))
        {
            ahead = Math.Max(ahead, Volatile.Read(ref _pulled) - taken);
            taken++;
        }

        Assert.Multiple(() =>
        {
            Assert.That(taken, Is.EqualTo(5000));
            Assert.That(ahead, Is.LessThanOrEqualTo((concurrency + 1) * size));
        });
    }

    [Test]
    public async Task EmbedAllAsync_whose_first_batch_is_slow_holds_the_others(CancellationToken token)
    {
        var slow = new TaskCompletionSource();
        var others = new SemaphoreSlim(0);
        var client = new LengthEmbedder(async (texts, stop) =>
        {
            if (texts[0] == "x0")
            {
                await slow.Task.WaitAsync(stop);
            }

            others.Release();
        });
        await using var all = client.EmbedAllAsync("e", Counted(1000), new() { BatchSize = 10, MaxConcurrency = 4 }, token).GetAsyncEnumerator(token);

        var first = all.MoveNextAsync().AsTask();
        for (var i = 0; i < 3; i++)
        {
            await others.WaitAsync(token);
        }

        var before = Volatile.Read(ref _pulled);
        slow.SetResult();
        await first;

        Assert.That(before, Is.EqualTo(40));
        Assert.That(all.Current.Text, Is.EqualTo("x0"));
    }

    [Test]
    public async Task EmbedAllAsync_that_is_left_early_ends_what_is_under_way_and_the_source(CancellationToken token)
    {
        var client = new LengthEmbedder((texts, stop) => texts[0] == "x0" ? Task.CompletedTask : Task.Delay(Timeout.Infinite, stop));

        await foreach (var text in client.EmbedAllAsync("e", Counted(1000), new() { BatchSize = 10 }, token))
        {
            break;
        }

        Assert.Multiple(() =>
        {
            Assert.That(client.UnderWay, Is.Zero);
            Assert.That(_pulled, Is.EqualTo(-1), "the source is disposed");
        });
    }

    [Test]
    public async Task EmbedAllAsync_whose_source_throws_throws_that_with_nothing_under_way()
    {
        var client = new LengthEmbedder((_, stop) => Task.Delay(Timeout.Infinite, stop));

        var failure = await Assert.ThrowsAsync<InvalidDataException>(async () => await client.EmbedAllAsync("e", Broken(), new() { BatchSize = 10 }).ToListAsync());

        Assert.That(failure!.Message, Is.EqualTo("line 25"));
        Assert.That(client.UnderWay, Is.Zero);

        static IEnumerable<string> Broken() => Enumerable.Range(0, 100).Select(i => i < 25 ? "x" : throw new InvalidDataException($"line {i}"));
    }

    [Test]
    public async Task EmbedAllAsync_that_is_cancelled_throws_for_the_callers_token_with_nothing_under_way()
    {
        using var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var client = new LengthEmbedder(async (_, stop) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
        });

        var all = client.EmbedAllAsync("e", Counted(1000), new() { BatchSize = 10 }, cancel.Token).ToListAsync(CancellationToken.None).AsTask();
        await begun.Task;
        await cancel.CancelAsync();

        Assert.That(async () => await all, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(cancel.Token));
        Assert.That(client.UnderWay, Is.Zero);
    }

    [Test]
    public void EmbedAllAsync_that_is_cancelled_in_the_middle_of_a_batch_hands_out_no_more()
    {
        using var cancel = new CancellationTokenSource();
        var seen = new ConcurrentQueue<int>();

        Assert.That(
            async () =>
            {
                await foreach (var text in _client.EmbedAllAsync("e", Counted(1000), cancellationToken: cancel.Token))
                {
                    seen.Enqueue(text.Index);
                    await cancel.CancelAsync();
                }
            },
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(seen, Is.EqualTo(new[] { 0 }));
            }

    [Test]
    public void EmbedAllAsync_of_a_null_text_names_its_place() =>
        Assert.That(async () => await _client.EmbedAllAsync("e", Lazy("a", "b", null!)).ToListAsync(), Throws.ArgumentException.With.Message.Contains("Text 2 is null").And.Property("ParamName").EqualTo("texts"));

    [Test]
    public void EmbedAllAsync_checks_its_arguments_at_the_call()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => { _ = _client.EmbedAllAsync(" ", ["a"]); }, Throws.ArgumentException.With.Property("ParamName").EqualTo("endpoint"));
            Assert.That(() => { _ = _client.EmbedAllAsync("e", ((IEnumerable<string>)null!)); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("texts"));
            Assert.That(() => { _ = _client.EmbedAllAsync("e", ["a"], new() { MaxBatchCharacters = 0 }); }, Throws.ArgumentException.With.Message.Contains("MaxBatchCharacters is 0"));
            Assert.That(() => { _ = _client.EmbedAllAsync("e", ["a"], new() { MaxRetries = -1 }); }, Throws.ArgumentException.With.Message.Contains("MaxRetries is -1"));
            Assert.That(() => { _ = _client.EmbedAllAsync("e", ["a"], new() { ExpectedCount = -1 }); }, Throws.ArgumentException.With.Message.Contains("ExpectedCount is -1"));
            Assert.That(() => { _ = _client.EmbedAllAsync("e", ["a"], new() { Patience = TimeSpan.FromSeconds(-1) }); }, Throws.ArgumentException.With.Message.Contains("Patience is -00:00:01"));
        });
    }

    [Test]
    public async Task EmbedAllAsync_may_be_enumerated_twice(CancellationToken token)
    {
        var all = _client.EmbedAllAsync("e", ["a", "b"], cancellationToken: token);

        Assert.That(await all.CountAsync(token), Is.EqualTo(2));
        Assert.That(await all.CountAsync(token), Is.EqualTo(2));
    }

    private static IEnumerable<string> Lazy(params string[] texts) => texts.Select(text => text);

    private IEnumerable<string> Counted(int count)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                Interlocked.Increment(ref _pulled);
                yield return $"x{i}";
            }
        }
        finally
        {
            Volatile.Write(ref _pulled, -1);
        }
    }

    private sealed class BothKinds : List<string>, IAsyncEnumerable<string>
    {
        public async IAsyncEnumerator<string> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return "asynchronous";
        }
    }
}
