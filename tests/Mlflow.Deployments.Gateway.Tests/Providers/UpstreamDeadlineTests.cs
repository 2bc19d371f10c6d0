using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UpstreamDeadlineTests
{
    private static readonly UpstreamTimeouts Limits = new(Seconds(1), FirstByte: Seconds(10), Idle: Seconds(3), Total: Seconds(20));

    private readonly FakeTimeProvider _time = new();

    [Test]
    public void No_answer_passes_after_the_first_byte_limit()
    {
        using var deadline = new UpstreamDeadline(Limits, _time, CancellationToken.None);

        _time.Advance(Seconds(9.9));
        bool early = deadline.HasPassed;
        _time.Advance(Seconds(0.1));

        Assert.That((early, deadline.HasPassed, deadline.Token.IsCancellationRequested), Is.EqualTo((false, true, true)));
    }

    [Test]
    public void Silence_inside_an_answer_passes_after_the_idle_limit()
    {
        using var deadline = new UpstreamDeadline(Limits, _time, CancellationToken.None);
        _time.Advance(Seconds(5));
        deadline.Restart();
        _time.Advance(Seconds(2.9));
        deadline.Restart();

        _time.Advance(Seconds(2.9));
        bool early = deadline.HasPassed;
        _time.Advance(Seconds(0.1));

        Assert.That((early, deadline.HasPassed), Is.EqualTo((false, true)));
    }

    [Test]
    public void Talkative_answer_passes_after_the_total_limit()
    {
        using var deadline = new UpstreamDeadline(Limits, _time, CancellationToken.None);
        for (int i = 0; i < 19; i++)
        {
            _time.Advance(Seconds(1));
            deadline.Restart();
        }
        bool early = deadline.HasPassed;

        _time.Advance(Seconds(1));

        Assert.That((early, deadline.HasPassed), Is.EqualTo((false, true)));
    }

    [Test]
    public void Caller_that_leaves_is_no_time_out()
    {
        using var caller = new CancellationTokenSource();
        using var deadline = new UpstreamDeadline(Limits, _time, caller.Token);

        caller.Cancel();

        Assert.That((deadline.Token.IsCancellationRequested, deadline.HasPassed), Is.EqualTo((true, false)));
    }

    [Test]
    public void Nothing_passes_after_the_end()
    {
        var deadline = new UpstreamDeadline(Limits, _time, CancellationToken.None);
        deadline.Dispose();

        _time.Advance(Seconds(100));

        Assert.That(deadline.HasPassed, Is.False);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
