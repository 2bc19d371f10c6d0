using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>Converse's answer as an answer to a chat.</summary>
internal static class ConverseAnswer
{
    public static ChatResponse Read(JsonElement answer, string model, long now)
    {
        JsonElement message = (answer.Object("output") ?? default).Object("message") ?? throw new UnexpectedShapeException("'output.message' is missing");
        List<string> texts = [], thoughts = [];
        List<ToolCall> calls = [];
        foreach (JsonElement block in message.RequiredItems("content"))
        {
            if (block.Text("text") is { } text)
            {
                texts.Add(text);
            }
            else if (block.Object("reasoningContent")?.Object("reasoningText")?.Text("text") is { } thought)
            {
                thoughts.Add(thought);
            }
            else if (block.Object("toolUse") is { } use)
            {
                calls.Add(new ToolCall
                {
                    Id = use.Text("toolUseId"),
                    Type = "function",
                    Function = new FunctionCall { Name = use.Text("name"), Arguments = use.Find("input")?.GetRawText() ?? "{}" },
                });
            }
        }

        ChatMessage said = ChatMessage.Assistant(texts.Count > 0 ? string.Join('\n', texts) : null, calls.Count > 0 ? calls : null);
        return new ChatResponse
        {
            Created = now,
            Model = model,
            Choices =
            [
                new ChatChoice
                {
                    Message = said with { Extra = Reasoning(thoughts.Count > 0 ? string.Join('\n', thoughts) : null) },
                    FinishReason = Reason(answer.Text("stopReason")),
                },
            ],
            Usage = Usage(answer.Object("usage")),
        };
    }

    public static FinishReason Reason(string? stopReason) => stopReason switch
    {
        "tool_use" => FinishReason.ToolCalls,
        "max_tokens" => FinishReason.Length,
        "content_filtered" => FinishReason.ContentFilter,
        _ => FinishReason.Stop,
    };

    public static TokenUsage? Usage(JsonElement? usage) => usage is not { } figures ? null : new TokenUsage
    {
        PromptTokens = figures.Integer("inputTokens"),
        CompletionTokens = figures.Integer("outputTokens"),
        TotalTokens = figures.Integer("totalTokens"),
        PromptTokensDetails = figures.Integer("cacheReadInputTokens") is > 0 and var cached ? new PromptTokensDetails { CachedTokens = cached } : null,
    };

    /// <summary>The field for what a model thought before it spoke; null when it did not, or did not show it.</summary>
    public static IDictionary<string, JsonElement>? Reasoning(string? thought) =>
        thought is null ? null : new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [WireShapes.Reasoning] = JsonSerializer.SerializeToElement(thought, DeployJson.Default.String) };
}
