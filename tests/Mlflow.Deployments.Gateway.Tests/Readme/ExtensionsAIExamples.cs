using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Tests.Readme;

/// <summary>The examples with Microsoft.Extensions.AI, whose names for chats are the same as ours and stand in a file of their own.</summary>
public sealed partial class ExtensionsAIExamples : GatewayExamples
{
    [Test]
    public async Task Agent()
    {
        #region extensions-ai
        using IChatClient agent = client.AsIChatClient("chat").AsBuilder().UseFunctionInvocation().Build();
        var weather = AIFunctionFactory.Create((string city) => $"21 degrees in {city}, clear sky.", "get_weather", "Tells the weather in a city.");

        await foreach (var update in agent.GetStreamingResponseAsync("What is the weather in Paris?", new() { Tools = [weather] }))
        {
            Console.Write(update.Text);
        }
        #endregion

        Assert.That(Printed, Does.Contain("21 degrees in Paris"));
    }

    [Test]
    public async Task Decorators()
    {
        using var loggerFactory = LoggerFactory.Create(_ => { });
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));

        #region extensions-ai-decorators
        using IChatClient chat = client.AsIChatClient("chat").AsBuilder()
            .UseLogging(loggerFactory)
            .UseOpenTelemetry()
            .UseDistributedCache(cache)
            .UseFunctionInvocation()
            .Build();
        var answer = await chat.GetResponseAsync("What is MLflow?");
        Console.WriteLine($"{answer.Text} ({answer.Usage?.TotalTokenCount} tokens)");
        #endregion

        Assert.That(Printed, Does.Contain("tokens"));
    }

    [Test]
    public async Task Embeddings()
    {
        #region extensions-ai-embeddings
        using var generator = client.AsIEmbeddingGenerator("embeddings");
        var embeddings = await generator.GenerateAsync(["MLflow tracks experiments.", "A gateway hides the keys."]);
        Console.WriteLine($"{embeddings.Count} vectors of {embeddings[0].Vector.Length} numbers, {embeddings.Usage?.InputTokenCount} tokens");
        #endregion

        Assert.That(Printed, Does.StartWith("2 vectors of 512 numbers, "));
    }

    [Test]
    public async Task Fields()
    {
        using IChatClient chat = client.AsIChatClient("chat");

        #region extensions-ai-fields
        var options = new ChatOptions
        {
            AdditionalProperties = new() { ["logit_bias"] = new Dictionary<string, object?> { ["50256"] = -100 } },
            RawRepresentationFactory = _ => new Wire.ChatRequest { Messages = [], MaxCompletionTokens = 200 },
        };
        var response = await chat.GetResponseAsync("Hello", options);
        Console.WriteLine(response.AdditionalProperties?["provider"]);
        #endregion

        Assert.That(Printed, Is.Not.Empty);
    }

    [Test]
    public async Task Structured()
    {
        using IChatClient chat = client.AsIChatClient("chat");

        #region extensions-ai-structured
        var response = await chat.GetResponseAsync<Trip>("Plan 3 days in Oslo.", TripJson.Default.Options);
        Console.WriteLine(response.Result);
        #endregion

        Assert.That(Printed, Does.Contain("Trip { City = Oslo"));
    }

    public sealed record Trip(string City, int Days);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Trip))]
    internal sealed partial class TripJson : JsonSerializerContext;
}
