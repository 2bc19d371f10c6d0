using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>Anthropic's message as an answer to a chat.</summary>
internal static class AnthropicChatAnswer
{
    public static ChatResponse Read(JsonElement message, long now)
    {
        List<ToolCall> calls = [];
        string text = "";
        foreach (JsonElement block in message.RequiredItems("content"))
        {
            text += TextOf(block);
            if (block.Text("type") == "tool_use")
            {
                calls.Add(new ToolCall
                {
                    Id = block.Text("id"),
                    Type = "function",
                    Function = new FunctionCall { Name = block.Text("name"), Arguments = block.Find("input")?.GetRawText() ?? "{}" },
                });
            }
        }

        return new ChatResponse
        {
            Id = message.Text("id"),
            Created = now,
            Model = message.Text("model"),
            Choices =
            [
                new ChatChoice
                {
                    Message = ChatMessage.Assistant(text.Length > 0 ? text : null, calls.Count > 0 ? calls : null),
                    FinishReason = Reason(message.Text("stop_reason")),
                },
            ],
            Usage = message.Object("usage") is { } usage ? AnthropicUsage.Read(usage).ToUsage() : null,
        };
    }

    /// <summary>What a block says, or thinks; null for blocks that are no text.</summary>
    public static string? TextOf(JsonElement block) => block.Text("text") ?? block.Text("thinking");

    public static FinishReason Reason(string? stopReason) => stopReason == "max_tokens" ? FinishReason.Length : FinishReason.Stop;
}
