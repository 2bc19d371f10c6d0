using System.Diagnostics;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Telemetry;

/// <summary>What the answer, or the chunks of a stream so far, said about themselves. Of a type of the caller's own nothing is known.</summary>
internal sealed class AnswerFacts
{
    private readonly SortedDictionary<int, string> _finishReasons = [];
    private string? _id;
    private string? _provider;
    private string? _requestId;
    private int? _cachedTokens;

    public string? Model { get; private set; }

    public int? InputTokens { get; private set; }

    public int? OutputTokens { get; private set; }

    public void Take(object? answer)
    {
        switch (answer)
        {
            case ChatResponse chat:
                Take(chat.Id, chat.Model, chat.Provider, chat.RequestId, chat.Usage);
                TakeReasons(chat.Choices, static choice => (choice.Index, choice.FinishReason.Value));
                break;
            case ChatChunk chunk:
                Take(chunk.Id, chunk.Model, chunk.Provider, requestId: null, chunk.Usage);
                TakeReasons(chunk.Choices, static choice => (choice.Index, choice.FinishReason.Value));
                break;
            case CompletionResponse completion:
                Take(completion.Id, completion.Model, provider: null, completion.RequestId, completion.Usage);
                TakeReasons(completion.Choices, static choice => (choice.Index, choice.FinishReason.Value));
                break;
            case CompletionChunk chunk:
                Take(chunk.Id, chunk.Model, provider: null, requestId: null, chunk.Usage);
                TakeReasons(chunk.Choices, static choice => (choice.Index, choice.FinishReason.Value));
                break;
            case EmbeddingResponse embedding:
                Take(id: null, embedding.Model, provider: null, embedding.RequestId, embedding.Usage);
                break;
            case JsonObject fields:
                TakeUntyped(fields);
                break;
        }
    }

    public void Set(Activity span)
    {
        span.SetTag(Names.ResponseId, _id);
        span.SetTag(Names.ResponseModel, Model);
        span.SetTag(Names.ResponseFinishReasons, _finishReasons.Count > 0 ? _finishReasons.Values.ToArray() : null);
        span.SetTag(Names.UsageInputTokens, InputTokens);
        span.SetTag(Names.UsageOutputTokens, OutputTokens);
        span.SetTag(Names.UsageCachedTokens, _cachedTokens);
        span.SetTag(Names.MlflowProvider, _provider);
        if (_requestId is not null)
        {
            span.SetTag(Names.MlflowRequestId, _requestId);
        }
    }

    private void Take(string? id, string? model, string? provider, string? requestId, TokenUsage? usage)
    {
        _id ??= id;
        Model ??= model;
        _provider ??= provider;
        _requestId ??= requestId;
        if (usage is not null)
        {
            // The last word counts: some servers tell the tokens with every chunk.
            InputTokens = usage.PromptTokens ?? InputTokens;
            OutputTokens = usage.CompletionTokens ?? OutputTokens;
            _cachedTokens = usage.PromptTokensDetails?.CachedTokens ?? _cachedTokens;
        }
    }

    private void TakeReasons<T>(IReadOnlyList<T> choices, Func<T, (int Index, string? Reason)> read)
    {
        for (var i = 0; i < choices.Count; i++)
        {
            if (read(choices[i]) is (var index, { } reason))
            {
                _finishReasons[index] = reason;
            }
        }
    }

    private void TakeUntyped(JsonObject fields)
    {
        _id ??= Value<string>(fields["id"]);
        Model ??= Value<string>(fields["model"]);
        _provider ??= Value<string>(fields["provider"]);
        if (fields["usage"] is JsonObject usage)
        {
            InputTokens = Number(usage["prompt_tokens"]) ?? InputTokens;
            OutputTokens = Number(usage["completion_tokens"]) ?? OutputTokens;
            _cachedTokens = Number((usage["prompt_tokens_details"] as JsonObject)?["cached_tokens"]) ?? _cachedTokens;
        }

        foreach (var choice in (fields["choices"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Value<string>(choice["finish_reason"]) is { } reason)
            {
                _finishReasons[Number(choice["index"]) ?? 0] = reason;
            }
        }
    }

    private static T? Value<T>(JsonNode? node)
        where T : class => node is JsonValue value && value.TryGetValue(out T? found) ? found : null;

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int found) ? found : null;
}
