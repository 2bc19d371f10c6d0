using Mlflow.Deployments.Gateway.Configuration;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConfigurationReaderTests
{
    private const string Model = "model: { provider: openai, name: m, config: { openai_api_key: k } }";

    private static readonly ConfigurationSources Nothing = new() { Variable = _ => null, FileText = _ => null };

    [TestCase("", "empty")]
    [TestCase("# only a comment", "empty")]
    [TestCase("endpoints: [ {name: \"a\"", "not valid YAML")]
    [TestCase("- a\n- b", "must be a mapping")]
    [TestCase("just words", "must be a mapping")]
    [TestCase("endpoints: []\n---\nendpoints: []", "more than one")]
    [TestCase("routes: []", "'endpoints' is missing")]
    [TestCase("endpoints: 5", "must be a list")]
    [TestCase("endpoints: [5]", "must be a mapping")]
    [TestCase("endpoints: [{ endpoint_type: llm/v1/chat, " + Model + " }]", "name: is missing")]
    [TestCase("endpoints: [{ name: a/b, endpoint_type: llm/v1/chat, " + Model + " }]", "endpoint 'a/b'", "letters, digits")]
    [TestCase("endpoints: [{ name: ., endpoint_type: llm/v1/chat, " + Model + " }]", "endpoint '.'", "'.' or '..'")]
    [TestCase("endpoints: [{ name: .., endpoint_type: llm/v1/chat, " + Model + " }]", "endpoint '..'", "'.' or '..'")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, " + Model + " }, " +
        "{ name: a, endpoint_type: llm/v1/chat, " + Model + " }]", "endpoint 'a'", "duplicate")]
    [TestCase("endpoints: [{ name: a, " + Model + " }]", "endpoint 'a'", "endpoint_type: is missing")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/images, " + Model + " }]", "endpoint 'a'", "llm/v1/images", "llm/v1/chat")]
    [TestCase("endpoints: [{ name: a, route_type: llm/v1/chat, " + Model + " }]", "endpoint 'a'", "route_type", "endpoint_type")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat }]", "endpoint 'a'", "model: is missing")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, model: { name: m } }]", "endpoint 'a'", "model.provider: is missing")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, model: { provider: nonesuch } }]", "endpoint 'a'", "nonesuch", "openai")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, model: { provider: openai, config: 5 } }]", "model.config: must be a mapping")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, model: { provider: openai } }]", "endpoint 'a'", "openai_api_key: is missing")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, model: { provider: ollama, name: m } }]", "endpoint 'a'", "model.config: is missing")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, " +
        "limit: { calls: 0, renewal_period: minute }, " + Model + " }]", "endpoint 'a'", "limit.calls")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, limit: { calls: 1, renewal_period: fortnight }, " + Model + " }]", "limit.renewal_period")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, limit: 5, " + Model + " }]", "limit: must be a mapping")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, timeouts: 5, " + Model + " }]", "endpoint 'a'", "timeouts: must be a mapping")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, timeouts: { idle: 0 }, " + Model + " }]", "endpoint 'a'", "timeouts.idle", "seconds")]
    [TestCase("endpoints: [{ name: a, endpoint_type: llm/v1/chat, timeouts: { total: soon }, " + Model + " }]", "timeouts.total", "seconds")]
    public void Read_bad_file_is_refused_with_words_that_help(string yaml, params string[] words) => AssertRefused(yaml, words);

    [Test]
    public void Read_key_that_begins_like_an_alias_is_not_shown()
    {
        GatewayConfigurationException refused = Assert.Throws<GatewayConfigurationException>(
            () => ConfigurationReader.Read(
                "endpoints: [{ name: a, endpoint_type: llm/v1/chat, model: { provider: openai, name: m, config: { openai_api_key: *sk-secret } } }]", "text", Nothing))!;

        Assert.That(refused.Message, Does.Contain("quotes").And.Not.Contain("sk-secret"));
    }

    [TestCase("{ openai_api_key: k, openai_api_type: other }", "openai_api_type", "other")]
    [TestCase("{ openai_api_key: k, openai_deployment_name: d }", "openai_deployment_name")]
    [TestCase("{ openai_api_key: k, openai_api_type: azure, openai_api_base: 'https://x', openai_deployment_name: d }", "openai_api_version")]
    [TestCase("{ openai_api_key: k, openai_api_type: AzureAD, openai_api_base: 'https://x', openai_api_version: v }", "openai_deployment_name")]
    [TestCase("{ openai_api_key: k, openai_api_type: azure, openai_api_base: 'https://x', " +
        "openai_deployment_name: d, openai_api_version: v, openai_organization: o }", "openai_organization")]
    [TestCase("{ openai_api_key: k, openai_api_base: nowhere }", "openai_api_base", "http")]
    [TestCase("{ openai_api_key: k, openai_api_base: 'http://127.0.0\uFFFD1:80' }", "openai_api_base", "http")]
    [TestCase("{ openai_api_key: k, openai_api_base: 'http:///v1' }", "openai_api_base", "http")]
    [TestCase("{ openai_api_key: k, openai_api_base: 'http://x/v1?a=b' }", "openai_api_base", "query")]
    [TestCase("{ openai_api_key: k, openai_api_base: 'http://x/v1#a' }", "openai_api_base", "fragment")]
    [TestCase("{ openai_api_key: $NOT_SET }", "NOT_SET", "not set")]
    [TestCase("{ openai_api_key: [a] }", "openai_api_key", "text")]
    [TestCase("{ openai_api_key: '' }", "openai_api_key", "empty")]
    public void Read_bad_openai_settings_are_refused(string config, params string[] words) =>
        AssertRefused(
            $"endpoints: [{{ name: a, endpoint_type: llm/v1/chat, model: {{ provider: openai, name: m, config: {config} }} }}]", [.. words, "endpoint 'a'"]);

    [TestCase("{ name: r, task_type: llm/v1/chat, " +
        "destinations: [{ name: a, traffic_percentage: 50 }, { name: b, traffic_percentage: 40 }] }", "route 'r'", "90", "100")]
    [TestCase("{ name: r, task_type: llm/v1/chat, destinations: [{ name: zz, traffic_percentage: 100 }] }", "route 'r'", "'zz' is no endpoint")]
    [TestCase("{ name: r, task_type: llm/v1/embeddings, destinations: [{ name: a, traffic_percentage: 100 }] }", "'a' is of type llm/v1/chat")]
    [TestCase("{ name: r, task_type: llm/v1/chat, destinations: [] }", "destinations: is missing or empty")]
    [TestCase("{ name: r, task_type: llm/v1/chat, destinations: [{ name: a, traffic_percentage: 101 }] }", "from 0 to 100")]
    [TestCase("{ name: r, task_type: llm/v1/chat, destinations: [{ traffic_percentage: 100 }] }", "needs a name")]
    [TestCase("{ name: .., task_type: llm/v1/chat, destinations: [{ name: a, traffic_percentage: 100 }] }", "route '..'", "'.' or '..'")]
    [TestCase("{ name: r, destinations: [{ name: a, traffic_percentage: 100 }] }", "task_type: is missing")]
    [TestCase("{ name: a, task_type: llm/v1/chat, destinations: [{ name: b, traffic_percentage: 100 }] }", "route 'a'", "duplicate")]
    [TestCase("{ name: r, task_type: llm/v1/chat, routing_strategy: ROUND_ROBIN, destinations: [{ name: a }] }", "route 'r'", "FALLBACK", "TRAFFIC_SPLIT")]
    [TestCase("{ name: r, task_type: llm/v1/chat, routing_strategy: FALLBACK, max_attempts: 0, destinations: [{ name: a }] }", "route 'r'", "max_attempts")]
    [TestCase("{ name: r, task_type: llm/v1/chat, routing_strategy: FALLBACK, destinations: [{ name: zz }] }", "route 'r'", "'zz' is no endpoint")]
    [TestCase("{ name: r, task_type: llm/v1/chat, routing_strategy: FALLBACK, destinations: [] }", "destinations: is missing or empty")]
    public void Read_bad_route_is_refused(string route, params string[] words) => AssertRefused(
        $"endpoints: [{{ name: a, endpoint_type: llm/v1/chat, {Model} }}, {{ name: b, endpoint_type: llm/v1/chat, {Model} }}]\nroutes: [{route}]", words);

    [Test]
    public void Read_several_problems_are_all_told_with_their_lines()
    {
        const string Yaml = """
            endpoints:
              - name: a
                endpoint_type: nonsense
                model: { provider: openai, name: m, config: {} }
              - name: a
                endpoint_type: llm/v1/chat
                model: { provider: nonesuch }
            """;

        var exception = Assert.Throws<GatewayConfigurationException>(() => ConfigurationReader.Read(Yaml, "text", Nothing));

        Assert.That(exception!.Problems, Has.Count.EqualTo(4));
        Assert.That(exception.Problems[0], Does.StartWith("line 3: "));
    }

    [Test]
    public void Read_json_with_unknown_keys_and_merge_keys_is_taken()
    {
        const string Yaml = """
            common: &common { provider: OpenAI, config: { openai_api_key: k, something_else: 1 } }
            extra: ignored
            endpoints: [{ "name": "a", "endpoint_type": "llm/v1/chat", "surplus": true, "model": { "<<": *common, "name": "m" } }]
            """;

        GatewayConfig config = ConfigurationReader.Read(Yaml, "text", Nothing);

        Assert.That(config.Endpoints, Has.Length.EqualTo(1));
        Assert.That(config.Endpoints[0].Model, Has.Property("Provider").EqualTo("openai").And.Property("Name").EqualTo("m"));
    }

    [TestCase("limitt: 5", "line 2: endpoint 'a': limitt: is not known and is ignored; did you mean 'limit'?")]
    [TestCase("surplus: 5", "line 2: endpoint 'a': surplus: is not known and is ignored; known are name, endpoint_type, model, limit, timeouts")]
    [TestCase("limit: { calls: 1, renewal_peroid: x, renewal_period: day }", "endpoint 'a': limit.renewal_peroid", "did you mean 'renewal_period'?")]
    public void Read_unknown_key_is_a_warning(string more, params string[] words)
    {
        GatewayConfig config = ConfigurationReader.Read($"endpoints:\n- {{ name: a, endpoint_type: llm/v1/chat, {Model}, {more} }}", "text", Nothing);

        Assert.That(config.Warnings, Has.Length.EqualTo(1));
        Assert.That(words.Where(word => !config.Warnings[0].Contains(word, StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Read_unknown_keys_of_models_routes_and_destinations_are_warnings()
    {
        const string Yaml = """
            endpoints:
              - { name: a, endpoint_type: llm/v1/chat, model: { provider: openai, nam: m, config: { openai_api_key: k, odd: 1 } } }
            routes:
              - { name: r, task_type: llm/v1/chat, stratgy: x, destinations: [{ name: a, traffic_percentage: 100, weight: 1 }] }
            """;

        GatewayConfig config = ConfigurationReader.Read(Yaml, "text", Nothing);

        Assert.That(config.Warnings, Has.Length.EqualTo(3));
        Assert.That(config.Warnings[0], Does.StartWith("line 2: endpoint 'a': model.nam: ").And.EndWith("did you mean 'name'?"));
        Assert.That(config.Warnings[1], Does.StartWith("line 4: route 'r': stratgy: "));
        Assert.That(config.Warnings[2], Does.StartWith("line 4: route 'r': destinations.weight: "));
    }

    [Test]
    public void Read_misspelt_key_is_told_beside_the_problem_that_follows() => Assert.That(
        () => ConfigurationReader.Read("endpoints: [{ name: a, endpoint_type: llm/v1/chat, modle: {} }]", "text", Nothing),
        Throws.TypeOf<GatewayConfigurationException>().With.Message.Contain("model: is missing").And.Message.Contain("did you mean 'model'?"));

    [Test]
    public void Read_provider_that_is_not_allowed_is_refused()
    {
        ConfigurationSources sources = Nothing with { AllowedProviders = ["Anthropic"] };

        var exception = Assert.Throws<GatewayConfigurationException>(
            () => ConfigurationReader.Read($"endpoints: [{{ name: a, endpoint_type: llm/v1/chat, {Model} }}]", "text", sources));

        Assert.That(exception!.Message, Does.Contain("'openai' is not among the allowed providers"));
    }

    [Test]
    public void ReadFile_missing_file_is_told()
    {
        var exception = Assert.Throws<GatewayConfigurationException>(() => ConfigurationReader.ReadFile("/no/such/file.yaml", Nothing, File.ReadAllText));

        Assert.That(exception!.Message, Does.Contain("/no/such/file.yaml").And.Contain("no such file"));
    }

    private static void AssertRefused(string yaml, string[] words)
    {
        var exception = Assert.Throws<GatewayConfigurationException>(() => ConfigurationReader.Read(yaml, "text", Nothing));

        Assert.Multiple(() =>
        {
            foreach (string word in words)
            {
                Assert.That(exception!.Message, Does.Contain(word));
            }
        });
    }
}
