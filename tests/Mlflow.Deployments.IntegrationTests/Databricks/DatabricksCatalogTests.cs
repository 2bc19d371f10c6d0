using System.Net;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Databricks;

[CancelAfter(10_000)]
public class DatabricksCatalogTests
{
    [Test]
    public async Task List_is_one_request_and_every_endpoint(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"endpoints":[{"name":"a","task":"llm/v1/chat","state":{"ready":"READY"}},null,{"name":"b"}]}""");
        using var client = workspace.TokenClient();

        var endpoints = await client.ListEndpointsAsync(token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(endpoints.Select(endpoint => (endpoint.Name, endpoint.State)), Is.EqualTo(new[] { ("a", "READY"), ("b", null) }));
            Assert.That(endpoints[0].Url!.AbsoluteUri, Is.EqualTo(workspace.Address + "/serving-endpoints/a/invocations"));
            Assert.That(workspace.Requests, Is.EqualTo(new[] { "GET /api/2.0/serving-endpoints Bearer dapi-1" }));
        });
    }

    [Test]
    public async Task List_of_an_empty_workspace_is_empty(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("{}");
        using var client = workspace.TokenClient();

        Assert.That(await client.ListEndpointsAsync(token).ToListAsync(token), Is.Empty);
    }

    [Test]
    public async Task Get_asks_for_the_one_endpoint(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"name":"a","config":{"served_entities":[{"name":"m","entity_name":"main.m"}]}}""");
        using var client = workspace.TokenClient();

        var endpoint = await client.GetEndpointAsync("a", token);

        Assert.Multiple(() =>
        {
            Assert.That(endpoint.Models.Single().Name, Is.EqualTo("main.m"));
            Assert.That(workspace.Requests, Is.EqualTo(new[] { "GET /api/2.0/serving-endpoints/a Bearer dapi-1" }));
        });
    }

    [Test]
    public async Task Field_of_another_form_throws_one_of_the_family(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"name":"a","config":"none"}""");
        using var client = workspace.TokenClient();

        var failure = await Assert.ThrowsAsync<DeployException>(() => client.GetEndpointAsync("a", token));

        Assert.That(failure!.Message, Does.Contain("not JSON of the expected form"));
    }

    [Test]
    public async Task Health_is_the_list_that_answers(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"endpoints":[]}""");
        using var client = workspace.TokenClient();

        var health = await client.GetHealthAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((health.IsHealthy, health.StatusCode), Is.EqualTo((true, HttpStatusCode.OK)));
            Assert.That(workspace.Requests, Is.EqualTo(new[] { "GET /api/2.0/serving-endpoints Bearer dapi-1" }));
        });
    }

    [TestCase(401)]
    [TestCase(503)]
    public async Task Health_of_a_workspace_that_refuses_is_told_after_one_try(int status, CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"message":"no"}""", status);
        using var client = workspace.TokenClient();

        var health = await client.GetHealthAsync(token);

        Assert.That((health.IsHealthy, (int?)health.StatusCode, workspace.Requests.Count), Is.EqualTo((false, status, 1)));
    }

    [Test]
    public async Task Health_without_a_token_is_told(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("{}");
        workspace.BeforeToken = async context =>
        {
            await context.AnswerAsync("""{"error":"invalid_client"}""", status: 401);
            return true;
        };
        using var client = workspace.OAuthClient();

        var health = await client.GetHealthAsync(token);

        Assert.That((health.IsHealthy, health.StatusCode), Is.EqualTo((false, (HttpStatusCode?)null)));
        Assert.That(health.Error, Does.Contain("token endpoint").And.Contain("invalid_client"));
    }
}
