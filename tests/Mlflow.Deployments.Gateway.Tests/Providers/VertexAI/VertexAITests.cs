using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.VertexAI;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VertexAITests
{
    private const string Ask = """{"messages":[{"role":"user","content":"x"}]}""";
    private const string Answer = """{"candidates":[{"content":{"parts":[{"text":"y"}]}}]}""";
    private const string User = """{"type":"authorized_user","client_id":"ci","client_secret":"c-secret","refresh_token":"r-secret"}""";
    private const string Path = "/v1/projects/p/locations/global/publishers/google/models/m:generateContent";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private int _tokens;

    [Test]
    public async Task Token_is_fetched_once_for_all_and_again_when_it_ends()
    {
        using ProviderStage stage = Stage($"vertex_credentials: '{ServiceAccount()}'", Serve);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stage.AskAsync(Ask)));
        Assert.That(_tokens, Is.EqualTo(1));
        _clock.Advance(TimeSpan.FromMinutes(58));
        await stage.AskAsync(Ask);
        Assert.That(_tokens, Is.EqualTo(1));
        _clock.Advance(TimeSpan.FromMinutes(1.5));
        await stage.AskAsync(Ask);

        Assert.That(_tokens, Is.EqualTo(2));
        Assert.That(stage.Sent[^1].Authorization, Is.EqualTo("Bearer token2"));
        Assert.That(stage.Sent[^1].Address, Is.EqualTo(new Uri($"https://aiplatform.googleapis.com{Path}")));
    }

    [Test]
    public async Task Token_that_was_refused_is_not_used_again()
    {
        using ProviderStage stage = Stage($"vertex_credentials: '{User}'", (request, body) =>
            request.Headers.Authorization?.Parameter == "token1" ? Reply("""{"error":{"message":"expired"}}""", HttpStatusCode.Unauthorized) : Serve(request, body));

        var failure = await stage.RefuseAsync(Ask);
        await stage.AskAsync(Ask);

        Assert.That(failure.Status, Is.EqualTo(401));
        Assert.That(stage.Sent[^1].Authorization, Is.EqualTo("Bearer token2"));
    }

    [Test]
    public async Task Credentials_are_looked_for_where_Googles_tools_look()
    {
        var sources = new ConfigurationSources
        {
            Variable = name => name == "GOOGLE_APPLICATION_CREDENTIALS" ? "/keys/user.json" : null,
            FileText = path => path == "/keys/user.json" ? User : null,
        };
        using ProviderStage stage = Stage("", Serve, sources);

        await stage.AskAsync(Ask);

        Assert.That(stage.Sent[0].Address, Is.EqualTo(new Uri("https://oauth2.googleapis.com/token")));
        Assert.That(stage.Sent[0].Body, Is.EqualTo("grant_type=refresh_token&client_id=ci&client_secret=c-secret&refresh_token=r-secret"));
    }

    [Test]
    public async Task Without_credentials_the_machine_is_asked()
    {
        using ProviderStage stage = Stage("vertex_location: europe-west1", Serve);

        await stage.AskAsync(Ask);

        Assert.That(stage.Sent[0].Address.GetLeftPart(UriPartial.Path), Is.EqualTo("http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"));
        Assert.That(stage.Sent[1].Address.Host, Is.EqualTo("europe-west1-aiplatform.googleapis.com"));
    }

    [TestCase("""{"error":"invalid_grant","error_description":"secret words"}""", 400, "status 400 (invalid_grant)")]
    [TestCase("""{}""", 200, "gave no token")]
    [TestCase("""<html>""", 200, "not JSON")]
    [TestCase("""{"access_token":"a\nb"}""", 200, "gave no token")]
    public async Task Token_that_is_not_given_is_a_bad_gateway(string reply, int status, string words)
    {
        using ProviderStage stage = Stage($"vertex_credentials: '{User}'", (_, _) => Reply(reply, (HttpStatusCode)status));

        var failure = await stage.RefuseAsync(Ask);

        Assert.That(failure.Status, Is.EqualTo(502));
        Assert.That(failure.Message, Does.Contain("'e'").And.Contain(words).And.Not.Contain("secret"));
        Assert.That(failure.Kind, Is.EqualTo(FailureKind.CredentialsUnavailable));
    }

    [TestCase("vertex_project: p, vertex_credentials: '{\"type\":\"external_account\"}'", "the type 'external_account' is not supported")]
    [TestCase("vertex_project: p, vertex_credentials: '{oops'", "it is not JSON")]
    [TestCase("vertex_project: p, vertex_credentials: /no/such/file", "names no file")]
    [TestCase("vertex_project: p, vertex_credentials: '{\"type\":\"service_account\",\"private_key\":\"top-secret\"}'", "'private_key' is not an RSA key")]
    [TestCase("vertex_project: p, vertex_location: 'x/y'", "model.config.vertex_location: 'x/y' is no location")]
    [TestCase("vertex_location: global", "model.config.vertex_project: is missing")]
    public void Setting_that_cannot_be_used_is_told_at_the_start(string config, string words)
    {
        var failure = Assert.Throws<GatewayConfigurationException>(() => ProviderStage.Read("vertex_ai", config, Operation.Chat))!;

        Assert.That(failure.Message, Does.Contain("endpoint 'e'").And.Contain(words).And.Not.Contain("top-secret"));
    }

    private static string ServiceAccount()
    {
        using var rsa = RSA.Create(2048);
        return new JsonObject
        {
            ["type"] = "service_account",
            ["client_email"] = "a@p.iam",
            ["private_key"] = rsa.ExportPkcs8PrivateKeyPem(),
        }.ToJsonString();
    }

    private static HttpResponseMessage Reply(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private ProviderStage Stage(string config, Func<HttpRequestMessage, string, HttpResponseMessage> answer, ConfigurationSources? sources = null) =>
        new("vertex_ai", $"vertex_project: p{(config.Length > 0 ? ", " : "")}{config}", Operation.Chat, answer, sources, _clock);

    private HttpResponseMessage Serve(HttpRequestMessage request, string body) =>
        request.RequestUri!.AbsolutePath.EndsWith("/token", StringComparison.Ordinal)
            ? Reply($$"""{"access_token":"token{{Interlocked.Increment(ref _tokens)}}","expires_in":3600}""")
            : Reply(Answer);
}
