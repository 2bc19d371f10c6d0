using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(10_000)]
public sealed class DevPacingTests
{
    private static readonly DevResponderSettings Slow = new() { FirstTokenDelay = TimeSpan.FromSeconds(2), TokenDelay = TimeSpan.FromSeconds(1) };

    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task StreamAsync_waits_before_the_first_chunk_and_between_two(CancellationToken cancellationToken)
    {
        var pacing = new DevPacing(Slow, _time);
        await using IAsyncEnumerator<string> chunks = pacing.StreamAsync(["a", "b"], cancellationToken).GetAsyncEnumerator(cancellationToken);

        Task<bool> first = chunks.MoveNextAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(1.9));
        bool tooEarly = first.IsCompleted;
        _time.Advance(TimeSpan.FromSeconds(0.1));
        bool hasFirst = await first;
        Task<bool> second = chunks.MoveNextAsync().AsTask();
        bool tooEarlyAgain = second.IsCompleted;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That((tooEarly, hasFirst, tooEarlyAgain, await second), Is.EqualTo((false, true, false, true)));
    }

    [Test]
    public async Task StreamAsync_without_delays_hands_out_everything_at_once(CancellationToken cancellationToken)
    {
        List<string> chunks = [];
        await foreach (string chunk in new DevPacing(new DevResponderSettings(), _time).StreamAsync(["a", "b"], cancellationToken))
        {
            chunks.Add(chunk);
        }

        Assert.That(chunks, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task StreamAsync_when_cancelled_throws(CancellationToken cancellationToken)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pacing = new DevPacing(Slow, _time);
        await using IAsyncEnumerator<string> chunks = pacing.StreamAsync(["a"], cancellation.Token).GetAsyncEnumerator(cancellation.Token);

        Task<bool> first = chunks.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();

        Assert.That(() => first, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task WholeAsync_takes_as_long_as_the_stream_would(CancellationToken cancellationToken)
    {
        Task whole = new DevPacing(Slow, _time).WholeAsync(4, cancellationToken);

        _time.Advance(TimeSpan.FromSeconds(4.9));
        bool tooEarly = whole.IsCompleted;
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await whole;

        Assert.That(tooEarly, Is.False);
    }
}
