using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Limits;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Limits;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FixedWindowTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void Admit_up_to_the_limit_and_again_after_the_period()
    {
        var window = new FixedWindow(calls: 2, TimeSpan.FromMinutes(1), _time);

        bool[] first = [window.Admit().IsAdmitted, window.Admit().IsAdmitted, window.Admit().IsAdmitted];
        _time.Advance(TimeSpan.FromSeconds(59));
        RateLimitDecision late = window.Admit();
        _time.Advance(TimeSpan.FromSeconds(1));
        RateLimitDecision next = window.Admit();

        Assert.Multiple(() =>
        {
            Assert.That(first, Is.EqualTo(new[] { true, true, false }));
            Assert.That(late.IsAdmitted, Is.False);
            Assert.That(late.Reset, Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(next.IsAdmitted, Is.True);
        });
    }

    [Test]
    public void Admit_window_begins_with_the_first_call()
    {
        var window = new FixedWindow(calls: 1, TimeSpan.FromMinutes(1), _time);
        _time.Advance(TimeSpan.FromSeconds(50));
        window.Admit();

        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.That(window.Admit().Reset, Is.EqualTo(TimeSpan.FromSeconds(40)));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Admit_of_a_thousand_at_once_lets_exactly_the_limit_through()
    {
        var window = new FixedWindow(calls: 100, TimeSpan.FromHours(1), _time);

        RateLimitDecision[] decisions = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(window.Admit)));

        Assert.That(decisions.Count(x => x.IsAdmitted), Is.EqualTo(100));
    }
}
