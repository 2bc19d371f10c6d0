using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Readme;

/// <summary>The examples of the pages in docs. Those that ask a server that cannot be here are compiled only.</summary>
public static partial class DocsExamples
{
    [Test]
    public static async Task What_had_come_of_a_stream_is_kept()
    {
        await using var gateway = await GatewayApplication.StartAsync(new() { Port = 0 });
        using var client = new DeployClient(gateway.Address.ToString());
        var request = new ChatRequest("Hello!");

        #region partial-answer
        var soFar = new ChatAccumulator();
        try
        {
            await foreach (var chunk in client.PredictStreamAsync("chat", request))
            {
                soFar.Add(chunk);
            }
        }
        catch (DeployException e) when (e is DeployStreamException or DeployTimeoutException)
        {
            Console.WriteLine($"Not whole ({e.Message}): {soFar.ToResponse().Text}");
        }
        #endregion

        Assert.That(soFar.ToResponse().Text, Does.Contain("Hello!"));
    }

    [Test]
    public static async Task Lines_of_a_file_are_embedded()
    {
        await using var gateway = await GatewayApplication.StartAsync(new() { Port = 0 });
        using var client = new DeployClient(gateway.Address.ToString());
        var path = Path.GetTempFileName();
        await File.WriteAllLinesAsync(path, ["one line", "another line"]);

        #region embed-all
        var options = new BatchEmbeddingOptions { ContinueOnError = true, Deduplicate = true };
        await foreach (var line in client.EmbedAllAsync("embeddings", File.ReadLines(path), options))
        {
            Console.WriteLine(line.Error is null ? $"{line.Index}: {line.Vector.Length} numbers" : line.Error.Message);
        }
        #endregion

        File.Delete(path);
        Assert.That(await client.EmbedAllAsync("embeddings", ["one line"], options).Select(line => line.Vector.Length).SingleAsync(), Is.EqualTo(512));
    }

    public static async Task<string> AskDatabricksAsync()
    {
        #region databricks-ask
        using var client = new DeployClient("databricks");
        var answer = await client.PredictAsync("databricks-meta-llama-3-3-70b-instruct", new ChatRequest("Hello"));
        #endregion

        return answer.Text;
    }

    public static async Task<DeploymentEndpoint> CreateAsync(DeployClient client)
    {
        #region databricks-create
        var endpoint = await client.CreateEndpointAsync(new JsonObject
        {
            ["name"] = "chat",
            ["config"] = new JsonObject
            {
                ["served_entities"] = new JsonArray(new JsonObject
                {
                    ["external_model"] = new JsonObject
                    {
                        ["name"] = "gpt-4o-mini",
                        ["provider"] = "openai",
                        ["task"] = "llm/v1/chat",
                        ["openai_config"] = new JsonObject { ["openai_api_key"] = "{{secrets/scope/key}}" },
                    },
                }),
            },
        });
        #endregion

        return endpoint;
    }

    public static async Task<IReadOnlyList<double>> AskModelServerAsync(DeployClient client, Frame frame)
    {
        #region own-types
        var answer = await client.PredictAsync("bmi", frame, ModelJson.Default.Frame, ModelJson.Default.Answer);
        #endregion

        return answer.Predictions;
    }

    public sealed record Frame(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double>> Data);

    public sealed record Answer(IReadOnlyList<double> Predictions);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(Frame))]
    [JsonSerializable(typeof(Answer))]
    internal sealed partial class ModelJson : JsonSerializerContext;
}
