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
          - { name: chain, task_type: llm/v1/chat, routing_strategy: FALLBACK, max_attempts: 2, destinations: [{ name: b }, { name: a }, { name: never }] }
        """;

    [Test]
    public void Plan_keeps_the_percentages_and_never_takes_zero()
    {
        RouteTarget target = Target("split");

        Dictionary<string, int> counts = Enumerable.Range(0, 10_000).Select(_ => target.Plan(callerKey: null).Single().Config.Name).CountBy(x => x).ToDictionary();

        Assert.That(counts.Keys, Is.EquivalentTo(new[] { "a", "b" }));
        Assert.That(counts["a"], Is.EqualTo(8000).Within(200));
    }

    [Test]
    public void Plan_for_a_caller_key_stays_and_keeps_the_percentages_over_all_keys()
    {
        string[] Choose(RouteTarget target) => [.. Enumerable.Range(0, 10_000).Select(i => target.Plan($"caller-{i}").Single().Config.Name)];

        string[] first = Choose(Target("split"));

        Assert.That(Choose(Target("split")), Is.EqualTo(first));
        Assert.That(first.Count(x => x == "a"), Is.EqualTo(8000).Within(200));
    }

    [Test]
    public void Plan_of_a_fallback_route_is_its_order_up_to_the_most_attempts() =>
        Assert.That(Target("chain").Plan(callerKey: null).Select(x => x.Config.Name), Is.EqualTo(new[] { "b", "a" }));

    private static RouteTarget Target(string name)
    {
        using var pools = new UpstreamPools();
        var services = new ProviderServices(new UpstreamClient(pools, UpstreamTimeouts.From(new GatewayOptions()), TimeProvider.System), TimeProvider.System);
        var table = new RoutingTable(ConfigurationReader.Read(Yaml, "text", new ConfigurationSources()), services, new Random(17));
        return table.TryGetTarget(name, out RouteTarget? target) ? target : throw new AssertionException($"'{name}' leads nowhere.");
    }
}
