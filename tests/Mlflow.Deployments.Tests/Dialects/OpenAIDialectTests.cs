using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Dialects;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Tests.Support;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Dialects;

[CancelAfter(10_000)]
public class OpenAIDialectTests
{
    private const string AnyAnswer = """{"choices":[],"data":[]}""";

    private readonly StubHandler _handler = new(_ => Clients.Json(AnyAnswer));

    [Test]
    public async Task PredictAsync_asks_the_route_of_the_kind_with_the_model_in_front(CancellationToken token)
    {
        using var client = Client(_handler);

        await client.PredictAsync("gpt \"4\"", new ChatRequest("x"), token);
        await client.PredictAsync("davinci", new CompletionRequest("x"), token);
        await client.PredictAsync("ada", new EmbeddingRequest("x"), token);

        Assert.Multiple(() =>
        {
            Assert.That(_handler.Requests, Is.EqualTo(new[] { "POST /v1/chat/completions", "POST /v1/completions", "POST /v1/embeddings" }));
            Assert.That(_handler.Bodies, Is.EqualTo(new[]
            {
                """{"model":"gpt \"4\"","messages":[{"role":"user","content":"x"}]}""", """{"model":"davinci","prompt":"x"}""", """{"model":"ada","input":"x"}""",
            }));
        });
    }

    [TestCase("messages", "/v1/chat/completions")]
    [TestCase("prompt", "/v1/completions")]
    [TestCase("input", "/v1/embeddings")]
    [TestCase("anything", "/v1/chat/completions")]
    public async Task PredictAsync_of_any_json_takes_the_route_of_what_is_in_it(string key, string path, CancellationToken token)
    {
        using var client = Client(_handler);

        await client.PredictAsync("m", new JsonObject { [key] = "x" }, token);

        Assert.Multiple(() =>
        {
            Assert.That(_handler.Requests, Is.EqualTo(new[] { $"POST {path}" }));
            Assert.That(_handler.Bodies, Is.EqualTo(new[] { $$"""{"model":"m","{{key}}":"x"}""" }));
        });
    }

    [Test]
    public async Task PredictAsync_of_an_empty_object_sends_the_model_alone(CancellationToken token)
    {
        using var client = Client(_handler);

        await client.PredictAsync("m", new JsonObject(), token);

        Assert.That(_handler.Bodies, Is.EqualTo(new[] { """{"model":"m"}""" }));
    }

    [Test]
    public async Task A_model_that_the_caller_names_wins(CancellationToken token)
    {
        using var client = Client(_handler);
        var request = new ChatRequest("x") { Extra = new Dictionary<string, JsonElement> { ["model"] = JsonSerializer.SerializeToElement("mine", DeployJson.Default.String) } };

        await client.PredictAsync("theirs", request, token);
        await client.PredictAsync("theirs", new JsonObject { ["model"] = "mine" }, token);

        Assert.That(_handler.Bodies, Has.All.Contains("\"model\":\"mine\"").And.All.Not.Contains("theirs"));
    }

    [Test]
    public async Task PredictStreamAsync_streams_with_the_model_in_front(CancellationToken token)
    {
        var handler = new StubHandler(_ => Answers.Stream());
        using var client = Client(handler);

        await client.PredictStreamAsync("m", new ChatRequest("x"), token).ToListAsync(token);

        Assert.That(handler.Bodies, Is.EqualTo(new[] { """{"model":"m","messages":[{"role":"user","content":"x"}],"stream":true,"stream_options":{"include_usage":true}}""" }));
    }

    [Test]
    public async Task ListEndpointsAsync_lists_the_models(CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json("""{"object":"list","data":[{"id":"gpt-4o","object":"model","created":1,"owned_by":"openai"},null,{"id":"meta/llama"}]}"""));
        using var client = Client(handler);

        var endpoints = await client.ListEndpointsAsync(token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(handler.Requests, Is.EqualTo(new[] { "GET /v1/models" }));
            Assert.That(endpoints.Select(endpoint => (endpoint.Name, endpoint.Models[0].Name, endpoint.Models[0].Provider)), Is.EqualTo(new[] { ("gpt-4o", "gpt-4o", (string?)"openai"), ("meta/llama", "meta/llama", null) }));
            Assert.That(endpoints[0].Extra!.Keys, Is.EquivalentTo(new[] { "object", "created" }));
        });
    }

    [TestCase("gpt-4o", "/v1/models/gpt-4o")]
    [TestCase("meta-llama/Llama-3-8b", "/v1/models/meta-llama/Llama-3-8b")]
    [TestCase("a b/c?d", "/v1/models/a%20b/c%3Fd")]
    [TestCase("ft:gpt-4o:org::id", "/v1/models/ft%3Agpt-4o%3Aorg%3A%3Aid")]
    public async Task GetEndpointAsync_keeps_the_slashes_of_a_models_name(string name, string path, CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json("""{"id":"x"}"""));
        using var client = Client(handler);

        await client.GetEndpointAsync(name, token);

        Assert.That(handler.Requests, Is.EqualTo(new[] { $"GET {path}" }));
    }

    [TestCase("a/../b")]
    [TestCase("../b")]
    [TestCase("a/.")]
    public void GetEndpointAsync_refuses_a_name_that_leaves_the_route(string name)
    {
        using var client = Client(_handler);

        Assert.Multiple(() =>
        {
            Assert.That(() => client.GetEndpointAsync(name), Throws.ArgumentException.With.Property("ParamName").EqualTo("name").And.Message.Contains(name));
            Assert.That(_handler.Requests, Is.Empty);
        });
    }

    [Test]
    public async Task GetHealthAsync_asks_for_the_list_of_models(CancellationToken token)
    {
        using var client = Client(_handler);

        var health = await client.GetHealthAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(health.IsHealthy, Is.True);
            Assert.That(_handler.Requests, Is.EqualTo(new[] { "GET /v1/models" }));
        });
    }

    [Test]
    public async Task Azure_has_the_deployment_in_the_path_the_version_in_the_query_and_the_key_in_a_header_of_its_own(CancellationToken token)
    {
        var keys = new List<(string? Key, string? Authorization)>();
        var handler = new StubHandler(request =>
        {
            keys.Add((request.Headers.TryGetValues("api-key", out var values) ? values.Single() : null, request.Headers.Authorization?.ToString()));
            return Clients.Json("""{"id":"x","choices":[],"data":[]}""");
        });
        using var client = new DeployClient(new HttpClient(handler), new() { Target = "https://res.openai.azure.com/?api-version=2024-06-01", Token = "s3cret" });

        await client.PredictAsync("my gpt", new ChatRequest("x"), token);
        await client.PredictAsync("davinci", new CompletionRequest("x"), token);
        await client.PredictAsync("ada", new EmbeddingRequest("x"), token);
        await client.ListEndpointsAsync(token).ToListAsync(token);
        await client.GetEndpointAsync("gpt", token);

        Assert.Multiple(() =>
        {
            Assert.That(handler.Requests, Is.EqualTo(new[]
            {
                "POST /openai/deployments/my%20gpt/chat/completions?api-version=2024-06-01",
                "POST /openai/deployments/davinci/completions?api-version=2024-06-01",
                "POST /openai/deployments/ada/embeddings?api-version=2024-06-01",
                "GET /openai/models?api-version=2024-06-01",
                "GET /openai/models/gpt?api-version=2024-06-01",
            }));
            Assert.That(handler.Bodies[0], Does.Not.Contain("model"));
            Assert.That(keys, Has.All.EqualTo(("s3cret", (string?)null)));
        });
    }

    [Test]
    public async Task Deployment_of_the_environment_wins_over_the_name(CancellationToken token)
    {
        var target = DeployTarget.Resolve("openai", "target", Environment(
            ("OPENAI_API_TYPE", "azure"), ("OPENAI_API_BASE", "https://res.openai.azure.com"), ("OPENAI_API_VERSION", "v1"), ("OPENAI_DEPLOYMENT_NAME", "d"), ("OPENAI_API_KEY", "k")));
        var options = new DeployClientOptions();
        using var http = HttpPipeline.Create(target, options, new HttpClient(_handler));
        var caller = new Caller(options, NullLogger.Instance);

        using var response = await new OpenAIDialect(http, target, caller).InvokeAsync("chat", RequestKind.Chat, JsonBody.Of(new(), stream: false, "inputs"), token);

        Assert.That(_handler.Requests, Is.EqualTo(new[] { "POST /openai/deployments/d/chat/completions?api-version=v1" }));
    }

    private static DeployClient Client(HttpMessageHandler handler) => new(new HttpClient(handler), new() { Target = "http://openai.test/v1", Dialect = DeployDialect.OpenAI, MaxRetries = 0 });

    private static Func<string, string?> Environment(params (string Name, string Value)[] variables) => name => variables.FirstOrDefault(variable => variable.Name == name).Value;
}
