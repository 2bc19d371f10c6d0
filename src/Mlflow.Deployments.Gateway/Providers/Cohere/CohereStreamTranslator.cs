using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Cohere;

/// <summary>Cohere's lines as chunks; only the last has an id and the usage.</summary>
internal sealed class CohereStreamTranslator(ProviderInfo info, Operation operation, string model, long now) : TypedStreamTranslator(info)
{
    private bool _isComplete;

    public override bool IsComplete => _isComplete;

    protected override void Take(JsonElement data, EventBatch output)
    {
        if (data.Text("event_type") == "stream-start")
        {
            return;
        }

        _isComplete |= data.Find("is_finished") is { ValueKind: JsonValueKind.True };
        if (operation == Operation.Chat)
        {
            Send(Chat(data), output);
        }
        else
        {
            Send(Completion(data), output);
        }
    }

    private ChatChunk Chat(JsonElement data)
    {
        JsonElement response = data.Object("response") ?? default;
        return new ChatChunk
        {
            Id = response.Text("response_id"),
            Created = now,
            Model = model,
            Choices =
            [
                new ChatChunkChoice
                {
                    Index = data.Integer("index") ?? 0,
                    Delta = new ChatDelta { Content = data.Text("text") },
                    FinishReason = new FinishReason(data.Text("finish_reason")),
                },
            ],
            Usage = CohereUsage.Read(response),
        };
    }

    private CompletionChunk Completion(JsonElement data) => new()
    {
        Id = data.Object("response")?.Text("id"),
        Created = now,
        Model = model,
        Choices =
        [
            new CompletionChoice
            {
                Index = data.Integer("index") ?? 0,
                Text = data.Text("text"),
                FinishReason = new FinishReason(data.Text("finish_reason")),
            },
        ],
        Usage = new TokenUsage(),
    };
}
