using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Telemetry;

/// <summary>The exact span and the exact measurements of each kind of call that has its answer at once.</summary>
[CancelAfter(10_000)]
public partial class CallTelemetryTests
{
    [Test]
    public async Task Chat(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        using var client = server.Client();
        using var recorder = new Recorder(server.Address);
        var request = new ChatRequest("Hi")
        {
            Temperature = 0.5, TopP = 0.9, TopK = 40, MaxTokens = 100, N = 2, FrequencyPenalty = 0.1, PresencePenalty = 0.2, Stop = ["a", "b"], ResponseFormat = ResponseFormat.JsonObject,
        };

        await client.PredictAsync("gpt", request, token);

        Assert.Multiple(() =>
        {
            var span = recorder.Spans().Single();
            Assert.That((span.DisplayName, span.Kind, span.Status, span.Source.Name, span.Source.Version), Is.EqualTo(("chat gpt", ActivityKind.Client, ActivityStatusCode.Unset, "Mlflow.Deployments", "0.1.0")));
            Assert.That(recorder.Tags(), Is.EquivalentTo(new Dictionary<string, object?>
            {
                ["gen_ai.operation.name"] = "chat",
                ["gen_ai.provider.name"] = "mlflow",
                ["gen_ai.request.model"] = "gpt",
                ["server.address"] = "127.0.0.1",
                ["gen_ai.request.temperature"] = 0.5,
                ["gen_ai.request.top_p"] = 0.9,
                ["gen_ai.request.top_k"] = 40.0,
                ["gen_ai.request.max_tokens"] = 100L,
                ["gen_ai.request.choice.count"] = 2L,
                ["gen_ai.request.frequency_penalty"] = 0.1,
                ["gen_ai.request.presence_penalty"] = 0.2,
                ["gen_ai.request.stop_sequences"] = "a,b",
                ["gen_ai.output.type"] = "json",
                ["gen_ai.response.id"] = "chatcmpl-1",
                ["gen_ai.response.model"] = "gpt-4o-mini",
                ["gen_ai.response.finish_reasons"] = "stop",
                ["gen_ai.usage.input_tokens"] = 5,
                ["gen_ai.usage.output_tokens"] = 2,
                ["gen_ai.usage.cache_read.input_tokens"] = 3,
                ["mlflow.response.provider"] = "openai",
            }));
            Assert.That(recorder.Measurements(), Is.EqualTo(new[]
            {
                "gen_ai.client.operation.duration s count 1 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt gen_ai.response.model=gpt-4o-mini",
                "gen_ai.client.token.usage {token} count 1 sum 2 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt gen_ai.response.model=gpt-4o-mini gen_ai.token.type=output",
                "gen_ai.client.token.usage {token} count 1 sum 5 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt gen_ai.response.model=gpt-4o-mini gen_ai.token.type=input",
            }));
        });
    }

    [Test]
    public Task Completion(CancellationToken token) => CheckAsync(
        Answers.Completion,
        client => client.PredictAsync("davinci", new CompletionRequest("Once") { MaxTokens = 7 }, token),
        "text_completion davinci",
        new()
        {
            ["gen_ai.operation.name"] = "text_completion", ["gen_ai.request.model"] = "davinci", ["gen_ai.request.max_tokens"] = 7L, ["gen_ai.response.id"] = "cmpl-1",
            ["gen_ai.response.model"] = "davinci", ["gen_ai.response.finish_reasons"] = "length", ["gen_ai.usage.input_tokens"] = 1, ["gen_ai.usage.output_tokens"] = 1,
        });

    [Test]
    public Task Embeddings(CancellationToken token) => CheckAsync(
        Answers.Embeddings,
        client => client.PredictAsync("ada", new EmbeddingRequest(["a", "b"]) { EncodingFormat = EmbeddingEncodingFormat.Float }, token),
        "embeddings ada",
        new()
        {
            ["gen_ai.operation.name"] = "embeddings", ["gen_ai.request.model"] = "ada", ["gen_ai.request.encoding_formats"] = "float", ["gen_ai.response.model"] = "ada",
            ["gen_ai.usage.input_tokens"] = 8,
        });

    [Test]
    public Task Untyped_question_of_a_known_form_is_told_as_a_typed_one(CancellationToken token) => CheckAsync(
        Answers.Chat,
        client => client.PredictAsync("gpt", new JsonObject { ["messages"] = new JsonArray(), ["temperature"] = 1, ["seed"] = 3, ["stop"] = "x", ["n"] = 1 }, token),
        "chat gpt",
        new()
        {
            ["gen_ai.operation.name"] = "chat", ["gen_ai.request.model"] = "gpt", ["gen_ai.request.temperature"] = 1.0, ["gen_ai.request.seed"] = 3L,
            ["gen_ai.request.stop_sequences"] = "x", ["gen_ai.response.id"] = "chatcmpl-1", ["gen_ai.response.model"] = "gpt-4o-mini", ["gen_ai.response.finish_reasons"] = "stop",
            ["gen_ai.usage.input_tokens"] = 5, ["gen_ai.usage.output_tokens"] = 2, ["gen_ai.usage.cache_read.input_tokens"] = 3, ["mlflow.response.provider"] = "openai",
        });

    [Test]
    public Task Untyped_question_of_another_form(CancellationToken token) => CheckAsync(
        """{"predictions":[1]}""",
        client => client.PredictAsync("iris", new JsonObject { ["inputs"] = new JsonArray(1) }, token),
        "predict iris",
        new() { ["gen_ai.operation.name"] = "predict", ["gen_ai.request.model"] = "iris" });

    [Test]
    public Task Types_of_the_callers_own(CancellationToken token) => CheckAsync(
        """{"predictions":[1]}""",
        client => client.PredictAsync("iris", [1, 2], OwnJson.Default.Int32Array, OwnJson.Default.JsonObject, token),
        "predict iris",
        new() { ["gen_ai.operation.name"] = "predict", ["gen_ai.request.model"] = "iris" });

    [Test]
    public Task Get(CancellationToken token) => CheckAsync(
        Answers.Endpoint("gpt"), client => client.GetEndpointAsync("gpt", token), "get_endpoint gpt", new() { ["gen_ai.operation.name"] = "get_endpoint", ["gen_ai.request.model"] = "gpt" });

    [Test]
    public Task Health(CancellationToken token) => CheckAsync(
        """{"status":"OK"}""", client => client.GetHealthAsync(token), "get_health", new() { ["gen_ai.operation.name"] = "get_health", ["mlflow.health.status"] = "OK" });

    [Test]
    public Task Health_of_a_server_that_is_not_well(CancellationToken token) => CheckAsync(
        """{"status":"starting"}""",
        client => client.GetHealthAsync(token),
        "get_health",
        new() { ["gen_ai.operation.name"] = "get_health", ["mlflow.health.status"] = "starting", ["error.type"] = "503" },
        status: 503);

    [TestCase(429, "429")]
    [TestCase(500, "500")]
    public Task Refusal_is_told_by_its_status(int status, string errorType, CancellationToken token) => CheckAsync(
        """{"detail":"no, Hi"}""",
        client => client.PredictAsync("gpt", new ChatRequest("Hi"), token),
        "chat gpt",
        new() { ["gen_ai.operation.name"] = "chat", ["gen_ai.request.model"] = "gpt", ["error.type"] = errorType, ["mlflow.response.request_id"] = "r-7" },
        status);

    [Test]
    public Task Answer_that_cannot_be_read_is_told_by_its_exception(CancellationToken token) => CheckAsync(
        "<html>",
        client => client.PredictAsync("gpt", new ChatRequest("Hi"), token),
        "chat gpt",
        new() { ["gen_ai.operation.name"] = "chat", ["gen_ai.request.model"] = "gpt", ["error.type"] = "Mlflow.Deployments.DeployException", ["mlflow.response.request_id"] = "r-7" });

    [Test]
    public Task Failing_get(CancellationToken token) => CheckAsync(
        "{}",
        client => client.GetEndpointAsync("gpt", token),
        "get_endpoint gpt",
        new() { ["gen_ai.operation.name"] = "get_endpoint", ["gen_ai.request.model"] = "gpt", ["error.type"] = "404", ["mlflow.response.request_id"] = "r-7" },
        status: 404);

    [Test]
    public async Task Time_limit_and_cancelling_are_told_apart(CancellationToken token)
    {
        var asked = new SemaphoreSlim(0);
        await using var server = await FaultServer.StartAsync(context =>
        {
            asked.Release();
            return context.UntilAbortedAsync();
        });
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var client = server.Client(new() { TimeProvider = clock, Timeout = TimeSpan.FromSeconds(3) });
        using var recorder = new Recorder(server.Address);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(token);

        var cancelled = client.PredictAsync("cancelled", new ChatRequest("Hi"), cancel.Token);
        await asked.WaitAsync(token);
        await cancel.CancelAsync();
        Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>());
        var late = client.PredictAsync("late", new ChatRequest("Hi"), token);
        await asked.WaitAsync(token);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.That(async () => await late, Throws.TypeOf<DeployTimeoutException>());

        Assert.That(
            recorder.Spans().Select(span => (span.DisplayName, span.Status, (string?)span.GetTagItem("error.type"))),
            Is.EqualTo(new[] { ("chat cancelled", ActivityStatusCode.Error, "cancelled"), ("chat late", ActivityStatusCode.Error, "timeout") }));
        Assert.That(recorder.Measurements(), Is.EqualTo(new[]
        {
            "gen_ai.client.operation.duration s count 1 error.type=cancelled gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=cancelled",
            "gen_ai.client.operation.duration s count 1 error.type=timeout gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=late",
        }));
    }

    [Test]
    public async Task Server_that_is_gone_is_told_by_its_exception(CancellationToken token)
    {
        using var client = new DeployClient("http://127.0.0.1:1", Options.ForGateway(new() { MaxRetries = 0 }));
        using var recorder = new Recorder("http://127.0.0.1:1");

        Assert.That(async () => await client.PredictAsync("gone", new ChatRequest("Hi"), token), Throws.TypeOf<DeployConnectionException>());
        await client.GetHealthAsync(token);

        Assert.That(
            recorder.Spans().Where(span => span.DisplayName is "chat gone" or "get_health").Select(span => span.GetTagItem("error.type")),
            Does.Contain("Mlflow.Deployments.DeployConnectionException").And.Contain("unreachable"));
    }

    private static async Task CheckAsync(string body, Func<DeployClient, Task> call, string name, Dictionary<string, object?> expected, int status = 200)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Response.Headers["X-Request-Id"] = status == 200 && body[0] == '{' ? default : "r-7";
            return context.AnswerAsync(body, status: status);
        });
        using var client = server.Client(new() { MaxRetries = 0 });
        using var recorder = new Recorder(server.Address);
        try
        {
            await call(client);
        }
        catch (DeployException)
        {
            // The attribute error.type is among what is expected.
        }

        expected["gen_ai.provider.name"] = "mlflow";
        expected["server.address"] = "127.0.0.1";
        var metric = new[] { "error.type", "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model" }
            .Where(expected.ContainsKey).Select(key => $"{key}={expected[key]}");
        Assert.Multiple(() =>
        {
            var span = recorder.Spans().Single();
            Assert.That(span.DisplayName, Is.EqualTo(name));
            Assert.That((span.Status, span.StatusDescription), Is.EqualTo((expected.ContainsKey("error.type") ? ActivityStatusCode.Error : ActivityStatusCode.Unset, (string?)null)));
            Assert.That(span.Events, Is.Empty);
            Assert.That(recorder.Tags(), Is.EquivalentTo(expected));
            Assert.That(recorder.Measurements().Where(line => line.Contains("duration", StringComparison.Ordinal)), Is.EqualTo(new[] { $"gen_ai.client.operation.duration s count 1 {string.Join(' ', metric)}" }));
        });
    }

    [JsonSerializable(typeof(int[]))]
    [JsonSerializable(typeof(JsonObject))]
    private sealed partial class OwnJson : JsonSerializerContext;
}
