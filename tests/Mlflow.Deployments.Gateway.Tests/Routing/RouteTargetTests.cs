using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using Mlflow.Deployments.Gateway.Routing;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Routing;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RouteTargetTests
{
    private const string Yaml = """
        endpoints:
          - { name: a, endpoint_type: llm/v1/chat, model: &model { provider: openai, name: m, config: { openai_api_key: k } } }
          - { name: b, endpoint_type: llm/v1/chat, model: *model }
          - { name: never, endpoint_type: llm/v1/chat, model: *model }
        routes:
          - name: split
            task_type: llm/v1/chat
            destinations: [{ name: a, traffic_percentage: 80 }, { name: never, traffic_percentage: 0 }, { name: b, traffic_percentage: 20 }]
        """;

    [Test]
    public void Choose_keeps_the_percentages_and_never_takes_zero()
    {
        using var invoker = new HttpMessageInvoker(UpstreamHandler.Create());
        var services = new ProviderServices(new UpstreamClient(invoker, TimeSpan.FromSeconds(1), TimeProvider.System), TimeProvider.System);
        var table = new RoutingTable(ConfigurationReader.Read(Yaml, "text", new ConfigurationSources()), services, new Random(17));
        table.TryGetTarget("split", out RouteTarget? target);

        Dictionary<string, int> counts = Enumerable.Range(0, 10_000).Select(_ => target!.Choose().Config.Name).CountBy(x => x).ToDictionary();

        Assert.That(counts.Keys, Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(counts["a"], Is.EqualTo(8000).Within(200));
    }
}
