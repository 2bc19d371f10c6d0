using System.Net;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Dialects;

[CancelAfter(10_000)]
public class MlflowServerDialectTests
{
    // As MLflow 3.11 writes it: from protobuf, so unset fields are missing and 64-bit integers may be strings.
    private const string Endpoint = """
        {"endpoint_id":"e-1","name":"my chat","created_at":"1763900000000","last_updated_at":1763900000001,
         "model_mappings":[
           {"mapping_id":"m-1","model_definition":{"model_definition_id":"d-1","name":"big","provider":"openai","model_name":"gpt-4o","secret_name":"key"},"weight":0.75,"linkage_type":"PRIMARY"},
           {"mapping_id":"m-2","model_definition":{"name":"small","provider":"anthropic","model_name":"claude"},"weight":0.25,"linkage_type":"FALLBACK","fallback_order":1}],
         "tags":[{"key":"team","value":"a"}],"routing_strategy":"REQUEST_BASED_TRAFFIC_SPLIT","usage_tracking":true}
        """;

    [Test]
    public async Task PredictAsync_asks_the_one_route_for_chat_embeddings_and_any_json(CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json("""{"choices":[],"data":[]}"""));
        using var client = Client(handler);

        await client.PredictAsync("my chat", new ChatRequest("x"), token);
        await client.PredictAsync("my chat", new EmbeddingRequest("x"), token);
        await client.PredictAsync("my chat", new JsonObject { ["input"] = "x" }, token);

        Assert.Multiple(() =>
        {
            Assert.That(handler.Requests, Is.EqualTo(Enumerable.Repeat("POST /gateway/my%20chat/mlflow/invocations", 3)));
            Assert.That(handler.Bodies, Is.EqualTo(new[] { """{"messages":[{"role":"user","content":"x"}]}""", """{"input":"x"}""", """{"input":"x"}""" }));
        });
    }

    [Test]
    public async Task PredictStreamAsync_streams_from_the_same_route(CancellationToken token)
    {
        var handler = new StubHandler(_ => Answers.Stream());
        using var client = Client(handler);

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("hi"));
            Assert.That(handler.Requests, Is.EqualTo(new[] { "POST /gateway/chat/mlflow/invocations" }));
        });
    }

    [Test]
    public async Task GetEndpointAsync_maps_what_all_servers_share_and_keeps_the_rest(CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json($$"""{"endpoint":{{Endpoint}}}"""));
        using var client = Client(handler);

        var endpoint = await client.GetEndpointAsync("my chat", token);

        Assert.Multiple(() =>
        {
            Assert.That(handler.Requests, Is.EqualTo(new[] { "GET /api/3.0/mlflow/gateway/endpoints/get?name=my%20chat" }));
            Assert.That((endpoint.Name, endpoint.Type.Value, endpoint.Limit, endpoint.State), Is.EqualTo(("my chat", (string?)null, (EndpointLimit?)null, (string?)null)));
            Assert.That(endpoint.Url!.AbsoluteUri, Is.EqualTo("http://tracking.test/gateway/my%20chat/mlflow/invocations"));
            Assert.That(
                endpoint.Models.Select(model => (model.Name, model.Provider, model.Weight)),
                Is.EqualTo(new[] { ((string?)"gpt-4o", (string?)"openai", (double?)0.75), ("claude", "anthropic", 0.25) }));
            Assert.That(endpoint.Models[1].Extra!["fallback_order"].GetInt32(), Is.EqualTo(1));
            Assert.That(endpoint.Extra!.Keys, Is.EquivalentTo(new[] { "endpoint_id", "created_at", "last_updated_at", "tags", "routing_strategy", "usage_tracking" }));
            Assert.That(endpoint.Extra["created_at"].GetString(), Is.EqualTo("1763900000000"));
        });
    }

    [TestCase("""{"endpoints":[]}""", 0)]
    [TestCase("{}", 0)]
    [TestCase("""{"endpoints":null}""", 0)]
    [TestCase("""{"endpoints":[{"name":"a"},null,{"name":"b","model_mappings":null},{"name":"c","model_mappings":[{},null]}]}""", 3)]
    public async Task ListEndpointsAsync_takes_missing_and_null_values(string body, int count, CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json(body));
        using var client = Client(handler);

        var endpoints = await client.ListEndpointsAsync(token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(endpoints, Has.Count.EqualTo(count));
            Assert.That(handler.Requests, Is.EqualTo(new[] { "GET /api/3.0/mlflow/gateway/endpoints/list" }));
        });
    }

    [Test]
    public async Task GetEndpointAsync_of_an_unknown_name_throws_with_the_servers_code(CancellationToken token)
    {
        using var client = Client(new StubHandler(_ => Clients.Json("""{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"GatewayEndpoint not found (name='x')"}""", HttpStatusCode.NotFound)));

        var failure = await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.GetEndpointAsync("x", token));

        Assert.Multiple(() =>
        {
            Assert.That((failure!.ErrorCode, failure.Endpoint), Is.EqualTo(("RESOURCE_DOES_NOT_EXIST", "x")));
            Assert.That(failure!.Message, Does.Contain("GatewayEndpoint not found"));
        });
    }

    [Test]
    public async Task GetEndpointAsync_answered_without_an_endpoint_throws(CancellationToken token)
    {
        using var client = Client(new StubHandler(_ => Clients.Json("{}")));

        var failure = await Assert.ThrowsAsync<DeployException>(() => client.GetEndpointAsync("x", token));

        Assert.That(failure!.Message, Does.Contain("'x'").And.Contain("without an endpoint"));
    }

    [Test]
    public async Task GetHealthAsync_reads_the_bare_word(CancellationToken token)
    {
        var handler = new StubHandler(_ => new(HttpStatusCode.OK) { Content = new StringContent("OK") });
        using var client = Client(handler);

        var health = await client.GetHealthAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((health.IsHealthy, health.Status), Is.EqualTo((true, "OK")));
            Assert.That(handler.Requests, Is.EqualTo(new[] { "GET /health" }));
        });
    }

    private static DeployClient Client(HttpMessageHandler handler) =>
        new(new HttpClient(handler), new() { Target = "http://tracking.test", Dialect = DeployDialect.MlflowServer, MaxRetries = 0 });
}
