using Mlflow.Deployments.Gateway.Configuration;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RenewalPeriodTests
{
    [TestCase("second", 1, "1 second")]
    [TestCase("minute", 60, "1 minute")]
    [TestCase("5 minutes", 300, "5 minute")]
    [TestCase("Hour", 3600, "1 hour")]
    [TestCase("day", 86400, "1 day")]
    [TestCase("month", 2592000, "1 month")]
    [TestCase("year", 31104000, "1 year")]
    public void Parse_known_period_has_its_length(string text, int seconds, string shown)
    {
        RenewalPeriod? period = RenewalPeriod.Parse(text);

        Assert.That(period!.Value.Length, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
        Assert.That(period.Value.ToString(), Is.EqualTo(shown));
    }

    [TestCase("")]
    [TestCase("fortnight")]
    [TestCase("0 minutes")]
    [TestCase("-1 minute")]
    [TestCase("1.5 minutes")]
    [TestCase("1 2 minutes")]
    [TestCase("2147483647 years")]
    public void Parse_unknown_period_is_null(string text) => Assert.That(RenewalPeriod.Parse(text), Is.Null);
}
