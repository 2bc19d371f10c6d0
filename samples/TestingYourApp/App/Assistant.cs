using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Mlflow.Deployments;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;

namespace TestingYourApp;

public sealed record Question(string Text);

public sealed record Search(string Query, IReadOnlyList<string> Documents);

/// <summary>What the app does with models; the rest of it does not know that there are any.</summary>
public sealed class Assistant(IDeployClient client)
{
    private static readonly ChatTool Weather = ChatTool.FromFunction("get_weather", "Tells the weather in a city.", new JsonObject
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["city"] = new JsonObject { ["type"] = "string" } },
        ["required"] = new JsonArray("city"),
    });

    /// <summary>Answers a question, with the help of a tool if the model asks for it.</summary>
    public async Task<string> AnswerAsync(string question, CancellationToken cancellationToken)
    {
        List<ChatMessage> messages = [ChatMessage.System("Answer in one sentence."), ChatMessage.User(question)];
        while (true)
        {
            var answer = await client.PredictAsync("chat", new ChatRequest { Messages = messages, Tools = [Weather] }, cancellationToken);
            var message = answer.Choices[0].Message;
            if (message.ToolCalls is not { Count: > 0 } calls)
            {
                return answer.Text;
            }

            messages.Add(message);
            messages.AddRange(calls.Select(call => ChatMessage.Tool(call.Id!, Run(call.Function!))));
        }
    }

    /// <summary>Tells a story word by word; when it breaks off, the last event says so.</summary>
    public async IAsyncEnumerable<SseItem<string>> TellAsync(string about, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var words = client.PredictStreamAsync("chat", new ChatRequest($"Tell me a story about {about}."), cancellationToken).TextAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            SseItem<string> item;
            try
            {
                if (!await words.MoveNextAsync())
                {
                    yield break;
                }

                item = new(words.Current);
            }
            catch (DeployException)
            {
                item = new("The story breaks off here.", "error");
            }

            yield return item;
            if (item.EventType == "error")
            {
                yield break;
            }
        }
    }

    /// <summary>Finds the document that is closest to a query.</summary>
    public async Task<string> FindAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken)
    {
        var vectors = await client.EmbedAsync("embeddings", [query, .. documents], cancellationToken: cancellationToken);
        return documents.Zip(vectors.Skip(1)).MaxBy(pair => Similarity(vectors[0].Span, pair.Second.Span)).First;
    }

    private static string Run(FunctionCall call)
    {
        var city = (string?)JsonNode.Parse(call.Arguments ?? "{}")?["city"];
        return call.Name == "get_weather" ? $"It is sunny in {city}." : $"There is no tool {call.Name}.";
    }

    private static float Similarity(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sum = 0f;
        for (var i = 0; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }
}
