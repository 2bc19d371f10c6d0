using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GatewayOptionsTests
{
    private static readonly TestCaseData[] Nonsense =
    [
        new(new GatewayOptions { Port = -1 }, "Port"),
        new(new GatewayOptions { Port = 65536 }, "Port"),
        new(new GatewayOptions { Port = 0, ListPageSize = 0 }, "ListPageSize"),
        new(new GatewayOptions { Port = 0, MaxRequestBodySize = 0 }, "MaxRequestBodySize"),
        new(new GatewayOptions { Port = 0, UpstreamTimeout = TimeSpan.Zero }, "UpstreamTimeout"),
        new(new GatewayOptions { Port = 0, UpstreamTimeout = TimeSpan.MaxValue }, "UpstreamTimeout"),
    ];

    [TestCaseSource(nameof(Nonsense))]
    public async Task Option_that_cannot_be_used_is_refused_by_name(GatewayOptions options, string name)
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => GatewayApplication.StartAsync(options));

        Assert.That(exception!.ParamName, Is.EqualTo(name));
        Assert.That(exception.Message, Does.StartWith($"GatewayOptions.{name} must be"));
    }
}
