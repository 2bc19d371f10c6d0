using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>Gemini's events as chunks: one in, one out.</summary>
internal sealed class GeminiStreamTranslator(ProviderInfo info, Operation operation, string model, long now) : TypedStreamTranslator(info)
{
    private readonly Dictionary<int, int> _callCounts = [];
    private bool _isBlocked;

    /// <summary>A question that was blocked has no answer that could end.</summary>
    public override bool IsComplete => _isBlocked || base.IsComplete;

    protected override void Take(JsonElement data, EventBatch output)
    {
        _isBlocked |= data.Object("promptFeedback")?.Text("blockReason") is not null;
        if (operation == Operation.Chat)
        {
            Send(
                new ChatChunk
                {
                    Id = $"gemini-chat-stream-{now}",
                    Created = now,
                    Model = model,
                    Choices = [.. GeminiCandidate.ReadAll(data).Select(ToChoice)],
                    Usage = GeminiUsage.Read(data),
                },
                output);
        }
        else
        {
            Send(
                new CompletionChunk
                {
                    Id = $"gemini-completions-stream-{now}",
                    Object = "text_completion.chunk",
                    Created = now,
                    Model = model,
                    Choices = [.. GeminiCandidate.ReadAll(data).Select(x => x.ToCompletionChunkChoice())],
                },
                output);
        }
    }

    private ChatChunkChoice ToChoice(GeminiCandidate candidate)
    {
        int first = _callCounts.GetValueOrDefault(candidate.Index);
        _callCounts[candidate.Index] = first + candidate.Calls.Count;
        return candidate.ToChunkChoice(first);
    }
}
