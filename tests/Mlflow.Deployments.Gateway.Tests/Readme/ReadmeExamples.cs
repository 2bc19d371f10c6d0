using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Readme;

/// <summary>The examples of README.md and docs: each region is shown there word for word (<see cref="ReadmeTests"/>), and run here against the embedded gateway.</summary>
public sealed class ReadmeExamples : GatewayExamples
{
    [Test]
    public void Connect()
    {
        #region connect
        using var client = new DeployClient("http://localhost:5000");
        #endregion

        Assert.That(client, Is.Not.Null);
    }

    [Test]
    public async Task Ask()
    {
        #region ask
        var answer = await client.PredictAsync("chat", new ChatRequest("What is MLflow?"));
        Console.WriteLine(answer.Text);
        #endregion

        Assert.That(Printed, Is.Not.Empty);
    }

    [Test]
    public async Task Untyped()
    {
        #region untyped
        var inputs = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "What is MLflow?" }) };
        var response = await client.PredictAsync("chat", inputs);
        Console.WriteLine(response["choices"]![0]!["message"]!["content"]);
        #endregion

        Assert.That(Printed, Is.Not.Empty);
    }

    [Test]
    public async Task Tune()
    {
        #region tune
        var request = new ChatRequest
        {
            Messages = [ChatMessage.System("You are terse."), ChatMessage.User("What is MLflow?")],
            Temperature = 0.7,
            MaxTokens = 150,
            TopP = 0.9,
            FrequencyPenalty = 0,
            PresencePenalty = 0,
            Stop = ["\n\n"],
        };
        var answer = await client.PredictAsync("chat", request);
        Console.WriteLine($"{answer.Text} ({answer.Choices[0].FinishReason}, {answer.Usage?.TotalTokens} tokens)");
        #endregion

        Assert.That(Printed, Does.Contain("tokens"));
    }

    [Test]
    public async Task Stream()
    {
        #region stream
        await foreach (var chunk in client.PredictStreamAsync("chat", new ChatRequest("Tell me a story.")))
        {
            Console.Write(chunk.Text);
        }
        #endregion

        Assert.That(Printed, Is.Not.Empty);
    }

    [Test]
    public async Task StreamWhole()
    {
        #region stream-whole
        var answer = await client.PredictStreamAsync("chat", new ChatRequest("Tell me a story.")).ToChatResponseAsync();
        Console.WriteLine($"{answer.Text} ({answer.Usage?.TotalTokens} tokens)");
        #endregion

        Assert.That(Printed, Does.Contain("tokens"));
    }

    [Test]
    public async Task Complete()
    {
        #region complete
        var request = new CompletionRequest("Once upon a time") { Temperature = 0.8, MaxTokens = 100, TopP = 1, Stop = [".", "!"] };
        var completion = await client.PredictAsync("completions", request);
        Console.WriteLine(completion.Text);
        #endregion

        Assert.That(Printed, Is.Not.Empty);
    }

    [Test]
    public async Task Embed()
    {
        #region embed
        string[] texts = ["MLflow tracks experiments.", "A gateway hides the keys."];
        IReadOnlyList<ReadOnlyMemory<float>> vectors = await client.EmbedAsync("embeddings", texts);
        Console.WriteLine($"{vectors.Count} vectors of {vectors[0].Length} numbers");
        #endregion

        Assert.That(Printed, Does.StartWith("2 vectors of 512 numbers"));
    }

    [Test]
    public async Task Tools()
    {
        #region tools
        var weather = ChatTool.FromFunction("get_weather", "Tells the current weather in a city.", new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["city"] = new JsonObject { ["type"] = "string" } },
            ["required"] = new JsonArray("city"),
        });
        List<ChatMessage> messages = [ChatMessage.User("What is the weather in Paris?")];

        var answer = await client.PredictAsync("chat", new ChatRequest { Messages = messages, Tools = [weather], ToolChoice = ToolChoice.Required });
        var call = answer.Choices[0].Message.ToolCalls![0];
        messages.Add(answer.Choices[0].Message);
        messages.Add(ChatMessage.Tool(call.Id!, """{"degrees": 21, "sky": "clear"}"""));

        answer = await client.PredictAsync("chat", new ChatRequest { Messages = messages, Tools = [weather] });
        Console.WriteLine(answer.Text);
        #endregion

        Assert.That(Printed, Does.Contain("21"));
    }

    [Test]
    public async Task Errors()
    {
        #region errors
        try
        {
            await client.PredictAsync("nope", new ChatRequest("Hello?"));
        }
        catch (DeployEndpointNotFoundException e)
        {
            Console.WriteLine(e.Message); // names the endpoint, and what to do
        }
        catch (DeployRateLimitException e)
        {
            Console.WriteLine($"Come back in {e.RetryAfter}.");
        }
        catch (DeployException e) when (e.IsTransient)
        {
            Console.WriteLine($"Try again later: {e.Message}"); // the network, a time limit, a server in trouble
        }
        #endregion

        Assert.That(Printed, Does.Contain("'nope'"));
    }

    [Test]
    public async Task Look()
    {
        #region look
        await foreach (var endpoint in client.ListEndpointsAsync())
        {
            Console.WriteLine($"{endpoint.Name}: {endpoint.Type}");
        }

        var chat = await client.GetEndpointAsync("chat");
        Console.WriteLine($"{chat.Models[0].Name} of {chat.Models[0].Provider} at {chat.Url}");
        #endregion

        Assert.That(Printed, Does.Contain("embeddings: llm/v1/embeddings"));
    }

    [Test]
    public async Task Health()
    {
        #region health
        var health = await client.GetHealthAsync(); // never throws because the gateway is down
        Console.WriteLine(health.IsHealthy ? $"well: {health.Status}" : $"not well: {health.Error}");
        #endregion

        Assert.That(Printed, Does.StartWith("well: OK"));
    }

    [Test]
    public async Task InProcess()
    {
        #region in-process
        await using var gateway = await GatewayApplication.StartAsync(new() { Port = 0 });
        using var client = new DeployClient(gateway.Address.ToString());
        #endregion

        Assert.That((await client.GetHealthAsync()).IsHealthy, Is.True);
    }

    [Test]
    public async Task InProcessFile()
    {
        await File.WriteAllTextAsync("gateway.yaml", "endpoints: [{ name: chat, endpoint_type: llm/v1/chat, model: { provider: embedded, name: dev } }]");

        #region in-process-file
        await using var gateway = await GatewayApplication.StartAsync(new GatewayOptions { ConfigPath = "gateway.yaml", Port = 0 });
        using var client = new DeployClient(gateway.Address.ToString());
        #endregion

        Assert.That((await client.GetHealthAsync()).IsHealthy, Is.True);
    }
}
