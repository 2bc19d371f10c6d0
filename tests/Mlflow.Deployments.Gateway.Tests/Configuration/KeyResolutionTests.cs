using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.OpenAI;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KeyResolutionTests
{
    private const string TheSecret = "sk-very-secret";

    private static readonly ConfigurationSources Sources = new()
    {
        Variable = name => name == "THE_KEY" ? TheSecret : null,
        FileText = path => path == "/keys/one" ? $"{TheSecret}\n" : path == "/keys/broken" ? $"{TheSecret}\nmore" : null,
    };

    [TestCase("$THE_KEY")]
    [TestCase("/keys/one")]
    [TestCase(TheSecret)]
    public void Key_is_resolved(string written)
    {
        GatewayConfig config = Read(written);

        Assert.That(((OpenAISettings)config.Endpoints[0].Model.Settings).Key.Reveal(), Is.EqualTo(TheSecret));
    }

    [TestCase("$THE_KEY")]
    [TestCase(TheSecret)]
    public void Key_is_in_no_text_of_the_configuration(string written)
    {
        GatewayConfig config = Read(written);

        Assert.That(config.Endpoints[0].ToString(), Does.Not.Contain(TheSecret));
        Assert.That(config.Endpoints[0].Model.Settings.ToString(), Does.Not.Contain(TheSecret).And.Contain("(secret)"));
    }

    [Test]
    public void Key_that_cannot_be_a_header_is_refused_without_being_told()
    {
        var exception = Assert.Throws<GatewayConfigurationException>(() => Read("/keys/broken"));

        Assert.That(exception!.Message, Does.Contain("openai_api_key").And.Not.Contain(TheSecret));
    }

    [Test]
    public void Bad_settings_beside_a_key_do_not_tell_the_key()
    {
        var exception = Assert.Throws<GatewayConfigurationException>(() => Read($"{TheSecret}, openai_api_type: other, openai_api_base: nowhere"));

        Assert.That(exception!.ToString(), Does.Not.Contain(TheSecret));
    }

    [Test]
    public void Options_do_not_tell_the_text_of_the_configuration() =>
        Assert.That(new GatewayOptions { ConfigYaml = TheSecret }.ToString(), Does.Not.Contain(TheSecret));

    private static GatewayConfig Read(string key) => ConfigurationReader.Read(
        $"endpoints: [{{ name: a, endpoint_type: llm/v1/chat, model: {{ provider: openai, name: m, config: {{ openai_api_key: {key} }} }} }}]",
        "text",
        Sources);
}
