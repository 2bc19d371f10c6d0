using Mlflow.Deployments.Gateway.Commands;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Commands;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GatewayEnvironmentTests
{
    [Test]
    public void Apply_takes_every_variable()
    {
        GatewayOptions options = GatewayEnvironment.Apply(new GatewayOptions(), name => name switch
        {
            "MLFLOW_GATEWAY_CONFIG" => "file.yaml",
            "MLFLOW_GATEWAY_LIST_PAGE_SIZE" => "2",
            "MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS" => "1.5",
            "MLFLOW_GATEWAY_ALLOWED_PROVIDERS" => "openai, anthropic",
            "MLFLOW_GATEWAY_CONNECT_TIMEOUT_SECONDS" => "2",
            "MLFLOW_GATEWAY_FIRST_BYTE_TIMEOUT_SECONDS" => "3",
            "MLFLOW_GATEWAY_IDLE_TIMEOUT_SECONDS" => "4",
            "MLFLOW_GATEWAY_TOTAL_TIMEOUT_SECONDS" => "5",
            "MLFLOW_GATEWAY_RATE_LIMITS_STORAGE_URI" => "redis://user:word@localhost:6380/2",
            "MLFLOW_GATEWAY_RATE_LIMITS_FAILURE_MODE" => "closed",
            "MLFLOW_GATEWAY_RELOAD_SECONDS" => "0",
            _ => null,
        });

        Assert.Multiple(() =>
        {
            Assert.That(options.ConfigPath, Is.EqualTo("file.yaml"));
            Assert.That(options.ListPageSize, Is.EqualTo(2));
            Assert.That(options.UpstreamTimeout, Is.EqualTo(TimeSpan.FromSeconds(1.5)));
            Assert.That(options.UpstreamConnectTimeout, Is.EqualTo(TimeSpan.FromSeconds(2)));
            Assert.That(options.UpstreamFirstByteTimeout, Is.EqualTo(TimeSpan.FromSeconds(3)));
            Assert.That(options.UpstreamIdleTimeout, Is.EqualTo(TimeSpan.FromSeconds(4)));
            Assert.That(options.UpstreamTotalTimeout, Is.EqualTo(TimeSpan.FromSeconds(5)));
            Assert.That(options.RateLimitStorage, Is.EqualTo("redis://user:word@localhost:6380/2"));
            Assert.That(options.RateLimitFailsOpen, Is.False);
            Assert.That(options.ReloadInterval, Is.EqualTo(Timeout.InfiniteTimeSpan));
            Assert.That(options.AllowedProviders, Is.EqualTo(new[] { "openai", "anthropic" }));
        });
    }

    [TestCase("MLFLOW_GATEWAY_LIST_PAGE_SIZE", "none")]
    [TestCase("MLFLOW_GATEWAY_LIST_PAGE_SIZE", "0")]
    [TestCase("MLFLOW_GATEWAY_ROUTE_TIMEOUT_SECONDS", "-1")]
    [TestCase("MLFLOW_GATEWAY_IDLE_TIMEOUT_SECONDS", "soon")]
    [TestCase("MLFLOW_GATEWAY_RATE_LIMITS_STORAGE_URI", "memcached://somewhere")]
    [TestCase("MLFLOW_GATEWAY_RATE_LIMITS_STORAGE_URI", "redis://somewhere/first")]
    [TestCase("MLFLOW_GATEWAY_RATE_LIMITS_FAILURE_MODE", "ajar")]
    public void Apply_refuses_what_it_cannot_use(string name, string value)
    {
        var exception = Assert.Throws<GatewayStartException>(() => GatewayEnvironment.Apply(new GatewayOptions(), x => x == name ? value : null));

        Assert.That(exception!.Message, Does.Contain(name));
    }

    [Test]
    public void Apply_keeps_what_is_set()
    {
        GatewayOptions options = GatewayEnvironment.Apply(
            new GatewayOptions { ConfigPath = "mine.yaml" }, name => name == "MLFLOW_GATEWAY_CONFIG" ? "other.yaml" : null);

        Assert.That(options.ConfigPath, Is.EqualTo("mine.yaml"));
    }
}
