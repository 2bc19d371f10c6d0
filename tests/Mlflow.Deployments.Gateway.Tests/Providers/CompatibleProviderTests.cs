using System.Net;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Compatible;
using Mlflow.Deployments.Gateway.Providers.LiteLLM;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CompatibleProviderTests
{
    private static readonly ConfigurationSources Nothing = new() { Variable = _ => null, FileText = _ => null };

    [TestCase("groq", "https://api.groq.com/openai/v1")]
    [TestCase("deepseek", "https://api.deepseek.com/v1")]
    [TestCase("xai", "https://api.x.ai/v1")]
    [TestCase("openrouter", "https://openrouter.ai/api/v1")]
    [TestCase("ollama", "http://localhost:11434/v1")]
    public void Address_has_a_default_and_can_be_overridden(string provider, string expected)
    {
        Assert.That(((CompatibleSettings)Read(provider, "api_key: k")).Base, Is.EqualTo(expected));
        Assert.That(((CompatibleSettings)Read(provider, "api_key: k, api_base: 'http://h/x/'")).Base, Is.EqualTo("http://h/x"));
    }

    [TestCase("", null)]
    [TestCase("api_key: ''", null)]
    [TestCase("api_key: ollama", null)]
    [TestCase("api_key: k", "k")]
    public void Ollama_needs_no_key(string config, string? key)
    {
        Assert.That(((CompatibleSettings)Read("ollama", config)).Key?.Reveal(), Is.EqualTo(key));
    }

    [TestCase("groq", "", "model.config.api_key")]
    [TestCase("xai", "api_key: ''", "model.config.api_key")]
    [TestCase("deepseek", "api_key: $NOT_SET", "model.config.api_key")]
    [TestCase("portkey", "api_key: k", "model.config.api_base")]
    [TestCase("openrouter", "api_key: k, api_base: nonsense", "model.config.api_base")]
    [TestCase("litellm", "litellm_provider: openai", "model.config.litellm_auth_config.api_base")]
    [TestCase("litellm", "litellm_auth_config: text", "model.config.litellm_auth_config")]
    [TestCase("litellm", "litellm_auth_config: { api_base: 'http://h', api_key: $NOT_SET }", "model.config.litellm_auth_config.api_key")]
    public void Wrong_settings_are_refused_at_load(string provider, string config, string key)
    {
        GatewayConfigurationException? problem = Assert.Throws<GatewayConfigurationException>(() => Read(provider, config));

        Assert.That(problem!.Message, Does.Contain("endpoint 'e'").And.Contain(key));
    }

    [TestCase("openai", "http://h/v1")]
    [TestCase("databricks", "http://h/v1/serving-endpoints")]
    public void LiteLLM_goes_to_the_served_models_of_Databricks(string litellmProvider, string expected)
    {
        var settings = (LiteLLMSettings)Read("litellm", $"litellm_provider: {litellmProvider}, litellm_auth_config: {{ api_base: 'http://h/v1/' }}");

        Assert.That(settings.Base, Is.EqualTo(expected));
    }

    [TestCase("groq", "Groq")]
    [TestCase("xai", "xAI")]
    [TestCase("portkey", "Portkey")]
    public async Task Completions_are_not_among_them(string provider, string displayName)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(provider, "api_key: k, api_base: 'http://127.0.0.1:9'", "completions"));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", """{"prompt":"x"}""");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotImplemented));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(displayName));
    }

    [TestCase("GROQ,xai", "groq", true)]
    [TestCase("amazon_bedrock, mlflow_model_serving", "groq", false)]
    public void Allowed_providers_are_those_named_in_any_spelling(string allowed, string provider, bool isAllowed)
    {
        ConfigurationSources sources = Nothing with { AllowedProviders = allowed.Split(',') };

        Assert.That(
            () => ConfigurationReader.Read(Yaml(provider, "api_key: k"), "text", sources),
            isAllowed ? Throws.Nothing : Throws.TypeOf<GatewayConfigurationException>().With.Message.Contains($"'{provider}' is not among the allowed providers"));
    }

    private static ProviderSettings Read(string provider, string config) =>
        ConfigurationReader.Read(Yaml(provider, config), "text", Nothing).Endpoints[0].Model.Settings;

    private static string Yaml(string provider, string config, string operation = "chat") =>
        $"endpoints: [{{ name: e, endpoint_type: llm/v1/{operation}, model: {{ provider: {provider}, name: m, config: {{ {config} }} }} }}]";
}
