using System.Text.Json.Nodes;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Databricks;

[CancelAfter(10_000)]
public class DatabricksManagementTests
{
    private const string Config = """{"name":"a","config":{"served_entities":[{"name":"ä","external_model":null}]}}""";

    private static readonly TestCaseData[] Writes =
    [
        Case("CreateEndpointAsync", (client, config, token) => client.CreateEndpointAsync(config, token), "POST /api/2.0/serving-endpoints"),
        Case("UpdateEndpointConfigAsync", (client, config, token) => client.UpdateEndpointConfigAsync("a", config, token), "PUT /api/2.0/serving-endpoints/a/config"),
        Case("UpdateEndpointTagsAsync", (client, config, token) => client.UpdateEndpointTagsAsync("a", config, token), "PATCH /api/2.0/serving-endpoints/a/tags"),
        Case("UpdateEndpointRateLimitsAsync", (client, config, token) => client.UpdateEndpointRateLimitsAsync("a", config, token), "PUT /api/2.0/serving-endpoints/a/rate-limits"),
        Case("UpdateEndpointAiGatewayAsync", (client, config, token) => client.UpdateEndpointAiGatewayAsync("a", config, token), "PUT /api/2.0/serving-endpoints/a/ai-gateway"),
        Case("DeleteEndpointAsync", (client, _, token) => client.DeleteEndpointAsync("a", token), "DELETE /api/2.0/serving-endpoints/a"),
    ];

    [TestCaseSource(nameof(Writes))]
    public async Task Call_has_the_method_the_path_and_the_body_of_Pythons_client(Func<DeployClient, JsonObject, CancellationToken, Task> write, string request, CancellationToken token)
    {
        var (body, type) = (string.Empty, (string?)null);
        await using var workspace = await Workspace.StartAsync(async context =>
        {
            (body, type) = (await context.ReadBodyAsync(), context.Request.ContentType);
            await context.AnswerAsync("""{"name":"a"}""");
        });
        using var client = workspace.TokenClient();

        await write(client, JsonNode.Parse(Config)!.AsObject(), token);

        Assert.Multiple(() =>
        {
            Assert.That(workspace.Requests, Is.EqualTo(new[] { request + " Bearer dapi-1" }));
            Assert.That((body, type), Is.EqualTo(request.StartsWith("DELETE", StringComparison.Ordinal) ? (string.Empty, (string?)null) : (Config, "application/json")));
        });
    }

    [TestCaseSource(nameof(Writes))]
    public async Task Call_that_the_server_may_have_worked_on_is_sent_once(Func<DeployClient, JsonObject, CancellationToken, Task> write, string request, CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"error_code":"INTERNAL_ERROR","message":"oh no"}""", 500);
        using var client = workspace.TokenClient(new() { RetryMode = RetryMode.Mlflow });

        var failure = await Assert.ThrowsAsync<DeployServerException>(() => write(client, JsonNode.Parse(Config)!.AsObject(), token));

        Assert.That((failure!.ErrorCode, workspace.Requests.Count), Is.EqualTo(("INTERNAL_ERROR", 1)), request);
    }

    [TestCaseSource(nameof(Writes))]
    public async Task Call_that_was_not_let_in_is_sent_again(Func<DeployClient, JsonObject, CancellationToken, Task> write, string request, CancellationToken token)
    {
        var clock = new ObservedClock();
        var count = 0;
        await using var workspace = await Workspace.StartAsync(context => context.AnswerAsync("""{"name":"a"}""", status: ++count == 1 ? 429 : 200));
        using var client = workspace.TokenClient(new() { TimeProvider = clock });

        var call = write(client, JsonNode.Parse(Config)!.AsObject(), token);
        await clock.SkipWaitsAsync(1, token);
        await call;

        Assert.That(workspace.Requests, Has.Exactly(2).Items, request);
    }

    [TestCaseSource(nameof(Writes))]
    public async Task Other_dialects_refuse_at_the_call_and_tell_the_way_out(Func<DeployClient, JsonObject, CancellationToken, Task> write, string request, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("{}");
        using var gateway = new DeployClient(server.Address, new() { Dialect = DeployDialect.MlflowServer });
        using var unknown = new DeployClient(server.Address);

        Assert.Multiple(() =>
        {
            Assert.That(() => { _ = write(gateway, JsonNode.Parse(Config)!.AsObject(), token); }, Throws.TypeOf<NotSupportedException>().With.Message.Contains("MlflowServer").And.Message.Contains("databricks://PROFILE"));
            Assert.That(() => { _ = write(unknown, JsonNode.Parse(Config)!.AsObject(), token); }, Throws.TypeOf<NotSupportedException>().With.Message.Contains("MlflowGateway").And.Message.Contains("databricks://PROFILE"));
            Assert.That(server.Targets, Is.Empty, request);
        });
    }

    [Test]
    public async Task Endpoint_that_was_made_comes_back_mapped(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"name":"a","state":{"ready":"NOT_READY"},"pending_config":{"config_version":1}}""");
        using var client = workspace.TokenClient();

        var endpoint = await client.CreateEndpointAsync(JsonNode.Parse(Config)!.AsObject(), token);

        Assert.That((endpoint.Name, endpoint.State, endpoint.Extra!.ContainsKey("pending_config")), Is.EqualTo(("a", "NOT_READY", true)));
    }

    [Test]
    public async Task Settings_come_back_as_the_server_tells_them(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"tags":[{"key":"k","value":"v"}]}""");
        using var client = workspace.TokenClient();

        var tags = await client.UpdateEndpointTagsAsync("a", [], token);

        Assert.That(tags.ToJsonString(), Is.EqualTo("""{"tags":[{"key":"k","value":"v"}]}"""));
    }

    [TestCase("", 200)]
    [TestCase("{}", 200)]
    [TestCase("", 204)]
    public async Task Delete_needs_no_body(string body, int status, CancellationToken token)
    {
        await using var workspace = await Workspace.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return body.Length == 0 ? Task.CompletedTask : context.AnswerAsync(body);
        });
        using var client = workspace.TokenClient();

        await client.DeleteEndpointAsync("a", token);

        Assert.That(workspace.Requests, Has.Exactly(1).Items);
    }

    [Test]
    public async Task Delete_of_an_unknown_endpoint_throws_with_its_name(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Endpoint with name 'a' does not exist."}""", 404);
        using var client = workspace.TokenClient();

        var failure = await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.DeleteEndpointAsync("a", token));

        Assert.That((failure!.Endpoint, failure.ErrorCode), Is.EqualTo(("a", "RESOURCE_DOES_NOT_EXIST")));
    }

    [Test]
    public async Task Endpoint_that_is_there_already_throws_with_the_servers_words(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("""{"error_code":"RESOURCE_ALREADY_EXISTS","message":"Endpoint with name 'a' already exists."}""", 409);
        using var client = workspace.TokenClient();

        var failure = await Assert.ThrowsAsync<DeployRequestException>(() => client.CreateEndpointAsync(JsonNode.Parse(Config)!.AsObject(), token));

        Assert.That(failure!.Message, Does.Contain("'a'").And.Contain("already exists"));
    }

    [TestCase("{}")]
    [TestCase("""{"name":null}""")]
    [TestCase("""{"name":" "}""")]
    [TestCase("""{"name":7}""")]
    public async Task Request_without_a_name_is_refused_at_the_call(string config, CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("{}");
        using var client = workspace.TokenClient();

        Assert.That(
            () => { _ = client.CreateEndpointAsync(JsonNode.Parse(config)!.AsObject(), token); },
            Throws.ArgumentException.With.Property("ParamName").EqualTo("config").And.Message.Contains("'name'"));
    }

    [Test]
    public async Task Bad_arguments_are_refused_at_the_call(CancellationToken token)
    {
        await using var workspace = await Workspace.AnsweringAsync("{}");
        using var client = workspace.TokenClient();

        Assert.Multiple(() =>
        {
            Assert.That(() => { _ = client.DeleteEndpointAsync("..", token); }, Throws.ArgumentException.With.Property("ParamName").EqualTo("endpoint"));
            Assert.That(() => { _ = client.UpdateEndpointTagsAsync("a", null!, token); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("config"));
            Assert.That(() => { _ = DatabricksEndpointExtensions.DeleteEndpointAsync(null!, "a", token); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("client"));
            Assert.That(workspace.Requests, Is.Empty);
        });
    }

    private static TestCaseData Case(string name, Func<DeployClient, JsonObject, CancellationToken, Task> write, string request) =>
        new TestCaseData(write, request).SetArgDisplayNames(name);
}
