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
        Variable = name => name switch
        {
            "THE_KEY" => TheSecret,
            "WITH_LINE_END" => $"{TheSecret}\n",
            "TWO_LINES" => $"{TheSecret}\nmore",
            "NOT_ASCII" => $"{TheSecret}é",
            "BLANK" => " \n",
            _ => null,
        },
        FileText = path => path switch
        {
            "/keys/one" => $"{TheSecret}\r\n",
            "/keys/broken" => $"{TheSecret}\nmore",
            "/keys/not-ascii" => $"{TheSecret}\u00A0",
            "/keys/blank" => "\n",
            _ => null,
        },
    };

    [TestCase("$THE_KEY")]
    [TestCase("$WITH_LINE_END")]
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

    [TestCase("$TWO_LINES", "the environment variable TWO_LINES holds")]
    [TestCase("$NOT_ASCII", "the environment variable NOT_ASCII holds")]
    [TestCase("/keys/broken", "the file holds")]
    [TestCase("/keys/not-ascii", "the file holds")]
    [TestCase($"\"{TheSecret}\\nmore\"", "the key holds")]
    [TestCase($"\"{TheSecret} more\"", "the key holds")]
    [TestCase($"{TheSecret}é", "the key holds")]
    [TestCase("/keys/blank", "names a file that is empty")]
    [TestCase("$BLANK", "the environment variable BLANK is not set or empty")]
    public void Key_that_cannot_be_a_header_is_refused_without_being_told(string written, string words)
    {
        var exception = Assert.Throws<GatewayConfigurationException>(() => Read(written));

        Assert.That(exception!.Message, Does.Contain("endpoint 'a': model.config.openai_api_key: ").And.Contain(words).And.Not.Contain(TheSecret));
        Assert.That(exception.Problems, Has.Count.EqualTo(1));
    }

    [Test]
    public void Organization_that_cannot_be_a_header_is_refused() => Assert.That(
        () => Read("k, openai_organization: Bücher"),
        Throws.TypeOf<GatewayConfigurationException>().With.Message.Contain("model.config.openai_organization"));

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
