using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

/// <summary>Where each kind of provider gets passed-through requests, and with which credentials.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(10_000)]
public sealed class PassthroughProviderTests
{
    private const string Anthropic = "provider: anthropic, name: c-1, config: { anthropic_api_key: sk-p, anthropic_api_base: \"{0}\" }";
    private const string Gemini = "provider: gemini, name: g-1, config: { gemini_api_key: sk-p, gemini_api_base: \"{0}/models\" }";
    private const string Groq = "provider: groq, name: q-1, config: { api_key: sk-p, api_base: \"{0}\" }";
    private const string Azure =
        "provider: azure, name: a-1, config: { openai_api_type: azure, openai_api_key: sk-p, openai_api_base: \"{0}\", openai_deployment_name: d, openai_api_version: v }";
    private const string Databricks = "provider: databricks, name: b-1, config: { host: \"{0}\", token: sk-p }";
    private const string LiteLLM = "provider: litellm, name: m-1, config: { litellm_provider: p, litellm_auth_config: { api_base: \"{0}/v1\", api_key: sk-p } }";

    [TestCase(Anthropic, "/gateway/anthropic/v1/messages", "/messages", "x-api-key", "sk-p", "c-1")]
    [TestCase(Gemini, "/gateway/gemini/v1beta/models/e:generateContent", "/models/g-1:generateContent", "x-goog-api-key", "sk-p", null)]
    [TestCase(Gemini, "/gateway/gemini/v1beta/models/e:streamGenerateContent?alt=sse&key=mine", "/models/g-1:streamGenerateContent?alt=sse", "x-goog-api-key", "sk-p", null)]
    [TestCase(Groq, "/gateway/openai/v1/chat/completions", "/chat/completions", "Authorization", "Bearer sk-p", "q-1")]
    [TestCase(Azure, "/gateway/openai/v1/chat/completions", "/openai/deployments/d/chat/completions?api-version=v", "api-key", "sk-p", "d")]
    [TestCase(Azure, "/gateway/openai/v1/responses", "/openai/responses?api-version=v", "api-key", "sk-p", "d")]
    [TestCase(Databricks, "/gateway/openai/v1/embeddings", "/serving-endpoints/embeddings", "Authorization", "Bearer sk-p", "b-1")]
    [TestCase(Databricks, "/gateway/anthropic/v1/messages", "/serving-endpoints/anthropic/v1/messages", "Authorization", "Bearer sk-p", "b-1")]
    [TestCase(LiteLLM, "/gateway/openai/v1/responses", "/v1/responses", "Authorization", "Bearer sk-p", "p/m-1")]
    [TestCase(LiteLLM, "/gateway/anthropic/v1/messages", "/v1/messages", "Authorization", "Bearer sk-p", "p/m-1")]
    [TestCase(LiteLLM, "/gateway/gemini/v1beta/models/e:generateContent", "/v1beta/models/p%2Fm-1:generateContent", "Authorization", "Bearer sk-p", null)]
    public async Task Request_goes_to_the_provider_with_its_credentials(
        string model, string path, string expected, string header, string value, string? name, CancellationToken cancellationToken)
    {
        string asked = "";
        string credential = "";
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(context =>
        {
            asked = $"{context.Request.Path.ToUriComponent()}{context.Request.QueryString}";
            credential = context.Request.Headers[header].ToString();
            return context.Response.WriteAsync("{}", cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(model, upstream.Address));
        const string Body = """{ "model" : "e", "x": [1.0] }""";

        using HttpResponseMessage response = await gateway.PostAsync(path, Body, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(asked, Is.EqualTo(expected));
            Assert.That(credential, Is.EqualTo(value));
            Assert.That(upstream.Bodies.Single(), Is.EqualTo(name is null ? Body : Body.Replace("\"e\"", $"\"{name}\"", StringComparison.Ordinal)));
        });
    }

    [TestCase(Anthropic, "/gateway/openai/v1/chat/completions", "Supported pass-through routes: /gateway/anthropic/v1/messages.")]
    [TestCase(Groq, "/gateway/openai/v1/responses", "Supported pass-through routes: /gateway/openai/v1/chat/completions, /gateway/openai/v1/embeddings.")]
    [TestCase("provider: mistral, name: m, config: { mistral_api_key: k, mistral_api_base: \"{0}\" }", "/gateway/openai/v1/embeddings", "Supported pass-through routes: none.")]
    public async Task Action_that_the_provider_lacks_is_refused_with_those_that_it_has(string model, string path, string words, CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync("{}");
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml(model, upstream.Address));

        using HttpResponseMessage response = await gateway.PostAsync(path, """{"model":"e"}""", cancellationToken);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.Contain(words));
    }

    private static string Yaml(string model, string upstream) =>
        new StringBuilder("endpoints: [{ name: e, endpoint_type: llm/v1/chat, model: { ").Append(model.Replace("{0}", upstream, StringComparison.Ordinal)).Append(" } }]").ToString();
}
