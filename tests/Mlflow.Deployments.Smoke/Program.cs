// Asks a running gateway for everything once and fails loudly when an answer is missing: `Smoke http://127.0.0.1:5000`.
using System.Text.Json.Nodes;
using Mlflow.Deployments;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

if (args is not [var target])
{
    Console.Error.WriteLine("usage: Mlflow.Deployments.Smoke TARGET");
    return 2;
}

using var client = new DeployClient(target);

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
