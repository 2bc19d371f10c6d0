using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DevFaultsTests
{
    [TestCase(0, "....................")]
    [TestCase(0.5, ".x.x.x.x.x.x.x.x.x.x")]
    [TestCase(0.1, ".........x.........x")]
    [TestCase(1, "xxxxxxxxxxxxxxxxxxxx")]
    public void Next_spreads_the_errors_evenly(double rate, string expected)
    {
        var faults = new DevFaults(new DevResponderSettings { ErrorRate = rate });

        string actual = string.Concat(Enumerable.Range(0, 20).Select(_ => faults.Next() is null ? '.' : 'x'));

        Assert.That(actual, Is.EqualTo(expected));
    }

    [TestCase(0.29)]
    [TestCase(0.07)]
    public void Next_of_a_hundred_requests_as_many_fail_as_the_rate_says(double rate)
    {
        var faults = new DevFaults(new DevResponderSettings { ErrorRate = rate });

        int failed = Enumerable.Range(0, 100).Count(_ => faults.Next() is not null);

        Assert.That(failed, Is.EqualTo((int)Math.Round(100 * rate)));
    }

    [Test]
    public void Next_tells_the_configured_status_and_message()
    {
        var faults = new DevFaults(new DevResponderSettings { ErrorRate = 1, ErrorStatus = 429, ErrorMessage = "Slow down" });

        Assert.That(faults.Next(), Is.EqualTo(new DevError(429, "Slow down")));
    }
}
