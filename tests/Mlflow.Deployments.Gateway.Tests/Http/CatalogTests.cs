using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CatalogTests
{
    private const string NoEndpoint = """{"detail":"The endpoint 'nope' is not present or active on the server. Please verify the endpoint name."}""";

    [Test]
    public async Task List_gives_every_endpoint_over_its_pages()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml("http://127.0.0.1:1"), new GatewayOptions { ListPageSize = 2 });

        JsonNode first = await GetAsync(gateway, "/api/2.0/endpoints/");
        JsonNode second = await GetAsync(gateway, $"/api/2.0/endpoints/?page_token={Uri.EscapeDataString((string)first["next_page_token"]!)}");

        Assert.Multiple(() =>
        {
            Assert.That(Names(first), Is.EqualTo(new[] { "chat", "completions" }));
            Assert.That(Names(second), Is.EqualTo(new[] { "embeddings" }));
            Assert.That(second.AsObject()["next_page_token"], Is.Null);
        });
    }

    [TestCase("not-a-token")]
    [TestCase("")]
    [TestCase("eyJpbmRleCI6IC0xfQ==")]
    [TestCase("bnVsbA==")]
    public async Task List_refuses_a_token_that_it_did_not_give(string token)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml("http://127.0.0.1:1"));

        using HttpResponseMessage response = await gateway.Client.GetAsync($"/api/2.0/endpoints/?page_token={Uri.EscapeDataString(token)}");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("INVALID_PARAMETER_VALUE"));
    }

    [TestCase("GET", "/nope", HttpStatusCode.NotFound, """{"detail":"Not Found"}""")]
    [TestCase("GET", "/gateway/chat/invocations", HttpStatusCode.MethodNotAllowed, """{"detail":"Method Not Allowed"}""")]
    [TestCase("GET", "/v1/models/nope", HttpStatusCode.NotFound, NoEndpoint)]
    [TestCase("GET", "/api/2.0/endpoints/limits/chat", HttpStatusCode.NotImplemented, """{"detail":"The get_limits API is not available yet."}""")]
    [TestCase("POST", "/gateway/nope/invocations", HttpStatusCode.NotFound, NoEndpoint)]
    public async Task Path_or_method_that_is_not_served_is_told_in_json(string method, string path, HttpStatusCode status, string body)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml("http://127.0.0.1:1"));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using HttpResponseMessage response = await gateway.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(status));
        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(body));
    }

    [Test]
    public async Task Docs_page_has_a_line_for_each_endpoint_and_loads_nothing()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml("http://127.0.0.1:1"));

        string page = await gateway.Client.GetStringAsync("/");

        Assert.That(page, Does.Contain($"curl -s {gateway.Address.GetLeftPart(UriPartial.Authority)}/gateway/embeddings/invocations"));
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("src=").And.Not.Contain("sk-test"));
    }

    [Test]
    public async Task Openapi_document_is_one()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml("http://127.0.0.1:1"));

        JsonNode document = await GetAsync(gateway, "/openapi.json");

        Assert.That((string?)document["openapi"], Does.StartWith("3."));
        Assert.That(document["paths"]!.AsObject(), Has.Count.GreaterThan(5));
    }

    [Test]
    public async Task Body_that_is_too_large_is_refused_with_the_limit()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            TestGateway.Yaml("http://127.0.0.1:1"), new GatewayOptions { MaxRequestBodySize = 1000 });

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", new string(' ', 2000));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("1000 bytes"));
    }

    [Test]
    public async Task Body_of_a_type_that_a_web_page_can_send_is_refused()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(TestGateway.Yaml("http://127.0.0.1:1"));

        using HttpResponseMessage response = await gateway.Client.PostAsync(
            "/gateway/chat/invocations", new StringContent("""{"messages":[{"role":"user","content":"x"}]}""", Encoding.UTF8, "text/plain"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.UnsupportedMediaType));
    }

    private static async Task<JsonNode> GetAsync(TestGateway gateway, string path) => JsonNode.Parse(await gateway.Client.GetStringAsync(path))!;

    private static IEnumerable<string> Names(JsonNode page) => page["endpoints"]!.AsArray().Select(x => (string)x!["name"]!);
}
