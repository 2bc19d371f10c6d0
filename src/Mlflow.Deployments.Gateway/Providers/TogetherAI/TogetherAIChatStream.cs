using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.TogetherAI;

/// <summary>Chunks of a chat, whose text stands beside the delta; newer models have it in the delta alone.</summary>
internal sealed class TogetherAIChatStream(ProviderInfo info, string model) : TypedStreamTranslator(info)
{
    protected override void Take(JsonElement data, EventBatch output) => Send(
        new ChatChunk
        {
            Id = data.Text("id"),
            Created = data.Integer("created"),
            Model = model,
            Choices = [.. data.RequiredItems("choices").Select(Choice)],
            Usage = data.Object("usage")?.Deserialize(DeployJson.Default.TokenUsage),
        },
        output);

    private static ChatChunkChoice Choice(JsonElement choice, int index) => new()
    {
        Index = index,
        Delta = new ChatDelta { Content = choice.Text("text") ?? choice.Object("delta")?.Text("content") },
        FinishReason = new FinishReason(choice.Text("finish_reason")),
    };
}
