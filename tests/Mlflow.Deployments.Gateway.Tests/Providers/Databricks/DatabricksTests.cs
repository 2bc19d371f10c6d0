using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Databricks;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DatabricksTests
{
    private const string Question = """{"messages":[{"role":"user","content":"x"}]}""";

    private static readonly Dictionary<string, string> Empty = new(StringComparer.Ordinal) { ["HOME"] = "/nowhere" };

    [Test]
    [CancelAfter(20_000)]
    public async Task Client_gets_one_token_for_all_requests_until_it_nearly_ends(CancellationToken cancellationToken)
    {
        var clock = new FakeTimeProvider();
        int tokens = 0;
        var proofs = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            bool isToken = context.Request.Path == "/oidc/v1/token";
            proofs.Enqueue(context.Request.Headers.Authorization.ToString());
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                isToken ? $$"""{"access_token":"token-{{Interlocked.Increment(ref tokens)}}","expires_in":3600}""" : FakeUpstream.ChatAnswer, cancellationToken);
        });
        await using TestGateway gateway = await StartAsync(upstream, new GatewayOptions { TimeProvider = clock });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.PostAsync("/gateway/e/invocations", Question, cancellationToken)));
        clock.Advance(TimeSpan.FromMinutes(58));
        await gateway.PostAsync("/gateway/e/invocations", Question, cancellationToken);
        clock.Advance(TimeSpan.FromMinutes(1.5));
        await gateway.PostAsync("/gateway/e/invocations", Question, cancellationToken);

        Assert.That(proofs.Count(x => x == "Bearer token-1"), Is.EqualTo(9));
        Assert.That(proofs.Count(x => x == "Bearer token-2"), Is.EqualTo(1));
        Assert.That(proofs.Count(x => x.StartsWith("Basic", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task Refused_client_is_a_bad_gateway_without_the_secret()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync("""{"error":"invalid_client","error_description":"the-secret is wrong"}""", status: 401);
        await using TestGateway gateway = await StartAsync(upstream);

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", Question);
        string text = await response.Content.ReadAsStringAsync();

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadGateway));
        Assert.That(text, Does.Contain("oidc/v1/token").And.Not.Contain("the-secret"));
    }

    [Test]
    public async Task Token_that_the_workspace_refuses_is_fetched_anew_by_the_next_request()
    {
        int tokens = 0;
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            if (context.Request.Path == "/oidc/v1/token")
            {
                await context.Response.WriteAsync($$"""{"access_token":"token-{{++tokens}}","expires_in":3600}""");
            }
            else if (context.Request.Headers.Authorization == "Bearer token-1")
            {
                context.Response.StatusCode = 401;
                await context.Response.WriteAsync("""{"error_code":"401","message":"revoked"}""");
            }
            else
            {
                await context.Response.WriteAsync(FakeUpstream.ChatAnswer);
            }
        });
        await using TestGateway gateway = await StartAsync(upstream);

        using HttpResponseMessage first = await gateway.PostAsync("/gateway/e/invocations", Question);
        using HttpResponseMessage second = await gateway.PostAsync("/gateway/e/invocations", Question);

        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.OK)));
    }

    [TestCase("""[{"type":"text","text":"A"},{"type":"reasoning","summary":[]},{"type":"text","text":"B"}]""", "\"A\\nB\"")]
    [TestCase("""[{"type":"reasoning","summary":[]}]""", "null")]
    [TestCase("[]", "null")]
    [TestCase("""[{"type":"text","text":"A"},{"type":"image_url","image_url":{"url":"u"}},{"type":"x"}]""",
        """[{"type":"text","text":"A"},{"type":"image_url","image_url":{"url":"u"}}]""")]
    [TestCase("\"as it is\"", "\"as it is\"")]
    public async Task Parts_of_an_answer_become_what_clients_know(string content, string expected)
    {
        string answer = $$"""{"id":"i","created":1,"model":"m","choices":[{"message":{"role":"assistant","content":{{content}}},"finish_reason":"stop"}]}""";
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(answer);
        await using TestGateway gateway = await TestGateway.StartAsync(Yaml($"host: '{upstream.Address}/serving-endpoints/', token: t"));

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/e/invocations", Question);
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());

        Assert.That(
            document.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetRawText(), Is.EqualTo(expected));
    }

    [TestCase("host: h.example, token: t", "h.example", "Bearer t")]
    [TestCase("token: t", "env.example", "Bearer t")]
    [TestCase("", "env.example", "Bearer env-token")]
    [TestCase("client_id: i, client_secret: s", "env.example", "OAuth")]
    public void What_the_file_does_not_say_comes_from_the_environment(string config, string host, string proof)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DATABRICKS_HOST"] = "env.example", ["DATABRICKS_TOKEN"] = "env-token" };

        DeployTarget target = Target(config, environment);

        Assert.That(target.Address.Host, Is.EqualTo(host));
        Assert.That(target.OAuthClient is not null ? "OAuth" : target.Credential is not null ? proof : "none", Is.EqualTo(proof));
    }

    [TestCase("token: t", "model.config.host")]
    [TestCase("host: h.example", "model.config.token")]
    [TestCase("host: 'ftp://h.example', token: t", "model.config.host")]
    [TestCase("host: h.example, client_id: i", "model.config.token")]
    public void Workspace_that_cannot_be_asked_is_refused_at_load(string config, string key)
    {
        GatewayConfigurationException? problem = Assert.Throws<GatewayConfigurationException>(() => Target(config, Empty));

        Assert.That(problem!.Message, Does.Contain("endpoint 'e'").And.Contain(key));
    }

    private static DeployTarget Target(string config, Dictionary<string, string> environment)
    {
        var sources = new ConfigurationSources { Variable = environment.GetValueOrDefault, FileText = _ => null };
        GatewayConfig read = ConfigurationReader.Read(Yaml(config), "text", sources);
        return ((Gateway.Providers.Databricks.DatabricksSettings)read.Endpoints[0].Model.Settings).Target!;
    }

    private static Task<TestGateway> StartAsync(FakeUpstream upstream, GatewayOptions? options = null) =>
        TestGateway.StartAsync(Yaml($"host: '{upstream.Address}', client_id: the-client, client_secret: the-secret"), options);

    private static string Yaml(string config) =>
        $"endpoints: [{{ name: e, endpoint_type: llm/v1/chat, model: {{ provider: databricks, name: m, config: {{ {config} }} }} }}]";
}
