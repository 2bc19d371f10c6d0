// The main job in one walk: health, endpoints, chat, streaming, completions, embeddings, an error.
//
//   dotnet run --project samples/Quickstart                                    starts a gateway in this process, on the embedded provider
//   dotnet run --project samples/Quickstart -- --target http://localhost:5000  asks a gateway that runs already
using System.Globalization;
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

// No key and no network: the embedded provider has a real sentence encoder, and a development responder in place of a language model.
await using var gateway = target is null ? await GatewayApplication.StartAsync(new() { ConfigYaml = Configuration.Yaml, Port = 0 }) : null;
using var client = new DeployClient(target ?? gateway!.Address.ToString());

try
{
    Title("Is the gateway well?");
    var health = await client.GetHealthAsync();
    Console.WriteLine(health.IsHealthy ? $"yes: {health.Status}" : $"no: {health.Error}");

    Title("What can be asked?");
    await foreach (var endpoint in client.ListEndpointsAsync())
    {
        Console.WriteLine($"{endpoint.Name,-12} {endpoint.Type,-20} {endpoint.Models[0].Provider}/{endpoint.Models[0].Name}");
    }

    Console.WriteLine($"'chat' is at {(await client.GetEndpointAsync("chat")).Url}");

    Title("Chat");
    var question = new ChatRequest
    {
        Messages =
        [
            ChatMessage.System("Answer from these facts. The team plan costs 20 dollars a month. Invoices are sent on the first day of each month. You can cancel at any time in the settings."),
            ChatMessage.User("How much does the team plan cost?"),
        ],
        Temperature = 0.7,
        MaxTokens = 150,
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

    Title("Completion");
    var completion = await client.PredictAsync("completions", new CompletionRequest("The capital of France is") { MaxTokens = 40 });
    Console.WriteLine(completion.Text);

    Title("Embeddings: how alike are these sentences?");
    string[] sentences = ["How old are you?", "What is your age?", "Where can I download my invoice?", "How do I get a copy of my bill?", "The cat sat on the mat."];
    var vectors = await client.EmbedAsync("embeddings", sentences);
    SimilarityTable.Print(sentences, vectors);

    Title("An error");
    await client.PredictAsync("no-such-endpoint", new ChatRequest("Hello?"));
}
catch (DeployEndpointNotFoundException e)
{
    Console.WriteLine($"{e.GetType().Name}: {e.Message}");
}
catch (DeployException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

return 0;

static void Title(string text) => Console.WriteLine($"\n== {text}");
