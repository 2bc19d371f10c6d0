// The main job in one walk: health, endpoints, chat, streaming, completions, embeddings, errors.
//
//   dotnet run --project samples/Quickstart                                    starts a gateway in this process, on the embedded provider
//   dotnet run --project samples/Quickstart -- --target http://localhost:5000  asks a gateway that runs already
using System.Globalization;
using System.Text.Json.Nodes;
using Mlflow.Deployments;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Gateway;
using Quickstart;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var target = args is ["--target", var given] ? given : null;
if (args.Length > 0 && target is null)
{
    Console.Error.WriteLine("usage: Quickstart [--target URL]");
    return 2;
}

try
{
    // No key and no network: the embedded provider has a real sentence encoder, and a development responder in place of a language model.
    await using var gateway = target is null ? await GatewayApplication.StartAsync(new() { ConfigYaml = Configuration.Yaml, Port = 0 }) : null;
    using var client = new DeployClient(target ?? gateway!.Address.ToString());
    await WalkAsync(client);
    await ShowErrorsAsync(client);
    return 0;
}
catch (Exception e) when (e is DeployException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static async Task WalkAsync(DeployClient client)
{
    Title("Is the gateway well?");
    var health = await client.GetHealthAsync();
    Console.WriteLine(health.IsHealthy ? $"yes: {health.Status}" : $"no: {health.Error}");

    Title("What can be asked?");
    await foreach (var endpoint in client.ListEndpointsAsync())
    {
        Console.WriteLine($"{endpoint.Name,-12} {endpoint.Type}");
    }

    var one = await client.GetEndpointAsync("chat");
    Console.WriteLine($"'chat' is {one.Models[0].Name} of {one.Models[0].Provider}, at {one.Url}");

    Title("Chat, with every knob of the guide");
    var question = new ChatRequest
    {
        Messages =
        [
            ChatMessage.System("Answer from these facts. The team plan costs 20 dollars a month. Invoices are sent on the first day of each month. You can cancel at any time in the settings."),
            ChatMessage.User("How much does the team plan cost?"),
        ],
        Temperature = 0.7,
        MaxTokens = 150,
        TopP = 0.9,
        FrequencyPenalty = 0,
        PresencePenalty = 0,
        Stop = ["\n\n"],
    };
    var answer = await client.PredictAsync("chat", question);
    Console.WriteLine(answer.Text);
    Console.WriteLine($"[{answer.Choices[0].FinishReason}, {answer.Usage?.PromptTokens} + {answer.Usage?.CompletionTokens} tokens]");

    Title("The same, token by token");
    await foreach (var chunk in client.PredictStreamAsync("chat", question))
    {
        Console.Write(chunk.Text);
    }

    Console.WriteLine();

    Title("Untyped, as Python's predict");
    var response = await client.PredictAsync("chat", new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hello!" }) });
    Console.WriteLine(response["choices"]![0]!["message"]!["content"]);

    Title("Completion");
    var completion = await client.PredictAsync("completions", new CompletionRequest("The capital of France is") { Temperature = 0.8, MaxTokens = 100, TopP = 1, Stop = ["!"] });
    Console.WriteLine(completion.Text);

    Title("Embeddings: how alike are these sentences?");
    string[] sentences = ["How old are you?", "What is your age?", "Where can I download my invoice?", "How do I get a copy of my bill?", "The cat sat on the mat."];
    var vectors = await client.EmbedAsync("embeddings", sentences);
    SimilarityTable.Print(sentences, vectors);

    var packed = await client.PredictAsync("embeddings", new EmbeddingRequest(sentences) { EncodingFormat = EmbeddingEncodingFormat.Base64 });
    Console.WriteLine($"In base64 on the wire, the same vectors: {packed.Data[0].Vector.Span.SequenceEqual(vectors[0].Span)}, for {packed.Usage?.TotalTokens} tokens");
}

static async Task ShowErrorsAsync(DeployClient client)
{
    Title("Errors, told apart by type");
    (string Endpoint, string Text)[] calls = [("no-such-endpoint", "Hello?"), ("chat-busy", "Hello?"), ("chat-busy", "Hello again?")];
    foreach (var (endpoint, text) in calls)
    {
        try
        {
            await client.PredictAsync(endpoint, new ChatRequest(text));
            Console.WriteLine($"'{endpoint}' answered.");
        }
        catch (DeployEndpointNotFoundException e)
        {
            Console.WriteLine($"Not found: {e.Message}");
        }
        catch (DeployRateLimitException e)
        {
            Console.WriteLine($"Too many requests, come back in {e.RetryAfter?.TotalSeconds:0} s: {e.Message}");
        }
        catch (DeployException e) when (e.IsTransient)
        {
            Console.WriteLine($"Try again later: {e.Message}");
        }
    }
}

static void Title(string text) => Console.WriteLine($"\n== {text}");
