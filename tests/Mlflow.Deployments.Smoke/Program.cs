// Asks a running gateway for everything once and fails loudly when an answer is missing: `Smoke http://127.0.0.1:5000`.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mlflow.Deployments;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

if (args is not [var target])
{
    Console.Error.WriteLine("usage: Mlflow.Deployments.Smoke TARGET");
    return 2;
}

var spans = new ConcurrentBag<string>();
using var listener = new ActivityListener
{
    ShouldListenTo = source => source.Name == DeployTelemetry.ActivitySourceName,
    Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    ActivityStopped = span => spans.Add($"{span.DisplayName} {span.GetTagItem("error.type")}".TrimEnd()),
};
ActivitySource.AddActivityListener(listener);
var measurements = new ConcurrentBag<string>();
using var meters = new MeterListener { InstrumentPublished = (instrument, meters) => { if (instrument.Meter.Name == DeployTelemetry.MeterName) { meters.EnableMeasurementEvents(instrument); } } };
meters.SetMeasurementEventCallback<double>((instrument, _, _, _) => measurements.Add(instrument.Name));
meters.SetMeasurementEventCallback<long>((instrument, _, _, _) => measurements.Add(instrument.Name));
meters.Start();

var services = new ServiceCollection();
services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(
[
    new("Mlflow:Deployments:Target", target),
    new("Mlflow:Deployments:Timeout", "00:01:00"),
    new("Mlflow:Deployments:RetryMode", "Mlflow"),
    new("Mlflow:Deployments:CircuitBreaker:FailureRatio", "0.9"),
]).Build());
services.AddDeployClient(options => options.EnableSensitiveData = true);
services.AddKeyedDeployClient("wrong", options => options.MaxRetries = 99);
services.AddHealthChecks().AddDeployClient(requiredEndpoints: ["chat", "embeddings"]);
await using var provider = services.BuildServiceProvider();
var client = provider.GetRequiredService<IDeployClient>();

try
{
    provider.GetRequiredKeyedService<IDeployClient>("wrong");
    Check("options", false, "no exception");
}
catch (Microsoft.Extensions.Options.OptionsValidationException e)
{
    Check("options", e.Failures.Count() == 2, e.Failures.First());
}

var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
Check("health check", report.Status == HealthStatus.Healthy, report.Entries["mlflow-deployments"].Description);

var health = await client.GetHealthAsync();
Check("health", health.IsHealthy, health.Error ?? health.Status);

var names = new List<string>();
await foreach (var endpoint in client.ListEndpointsAsync())
{
    names.Add(endpoint.Name);
}

Check("list", names.Contains("chat") && names.Contains("embeddings"), string.Join(", ", names));
Check("get", (await client.GetEndpointAsync("chat")).Type == EndpointType.Chat, "chat");

var chat = await client.PredictAsync("chat", new ChatRequest("Hello"));
Check("chat", chat.Text.Length > 0 && chat.Usage is not null, chat.Text);

var streamed = await client.PredictStreamAsync("chat", new ChatRequest("Hello")).ToChatResponseAsync();
Check("stream", streamed.Text == chat.Text, streamed.Text);

var completion = await client.PredictAsync("completions", new CompletionRequest("Once upon a time"));
Check("completions", completion.Text.Length > 0, completion.Text);

var untyped = await client.PredictAsync("chat", new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hello" }) });
Check("untyped", (string?)untyped["choices"]?[0]?["message"]?["content"] == chat.Text, "the same answer");

var functionAnswer = await FunctionCall.RunAsync(client);
Check("function call", functionAnswer.Contains("21 degrees in Paris", StringComparison.Ordinal), functionAnswer);

var vectors = await client.EmbedAsync("embeddings", ["a cat", "a kitten", "the stock market"]);
Check("embeddings", Dot(vectors[0], vectors[1]) > Dot(vectors[0], vectors[2]), $"{vectors.Count} vectors of {vectors[0].Length}");

var packed = await client.EmbedAsync("embeddings", ["a cat"], new() { EncodingFormat = EmbeddingEncodingFormat.Base64 });
Check("base64", packed[0].Span.SequenceEqual(vectors[0].Span), "the same vector");

try
{
    await client.PredictAsync("no-such-endpoint", new ChatRequest("Hello"));
    Check("error", false, "no exception");
}
catch (DeployEndpointNotFoundException e)
{
    Check("error", true, e.Message);
}

string[] expectedSpans = ["chat chat", "text_completion completions", "embeddings embeddings", "list_endpoints", "get_endpoint chat", "get_health", "chat no-such-endpoint 404"];
Check("spans", !expectedSpans.Except(spans).Any(), string.Join(", ", spans.Distinct().Order(StringComparer.Ordinal)));
Check("measurements", measurements.Distinct().Count() == 4, string.Join(", ", measurements.Distinct().Order(StringComparer.Ordinal)));
Console.WriteLine($"smoke passed on {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, dynamic code {(System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported ? "yes" : "no")}");
return 0;

static void Check(string what, bool isRight, string? shown)
{
    Console.WriteLine($"{(isRight ? "ok" : "WRONG")} {what}: {shown}");
    if (!isRight)
    {
        Environment.Exit(1);
    }
}

static float Dot(ReadOnlyMemory<float> left, ReadOnlyMemory<float> right)
{
    var sum = 0f;
    for (var i = 0; i < left.Length; i++)
    {
        sum += left.Span[i] * right.Span[i];
    }

    return sum;
}
