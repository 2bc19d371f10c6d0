using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>Anthropic's events as chunks: each block of the message is a choice of its own, as in MLflow.</summary>
internal sealed class AnthropicStreamTranslator(ProviderInfo info, long now) : TypedStreamTranslator(info)
{
    private readonly SortedSet<int> _blocks = [];
    private readonly Dictionary<int, int> _toolCalls = [];
    private string? _id;
    private string? _model;
    private AnthropicUsage? _usage;
    private bool _isComplete;

    public override bool IsComplete => _isComplete;

    protected override void Take(JsonElement data, EventBatch output)
    {
        switch (data.Text("type"))
        {
            case "message_start":
                Start(data);
                break;
            case "content_block_start":
                TakeBlock(data, data.Object("content_block") ?? default, output);
                break;
            case "content_block_delta":
                TakeBlock(data, data.Object("delta") ?? default, output);
                break;
            case "message_delta":
                End(data, output);
                break;
            case "message_stop":
                _isComplete = true;
                break;
        }
    }

    private void Start(JsonElement data)
    {
        if (data.Object("message") is not { } message)
        {
            return;
        }

        _id = message.Text("id");
        _model = message.Text("model");
        _usage = message.Object("usage") is { } usage ? AnthropicUsage.Read(usage) : null;
    }

    private void TakeBlock(JsonElement data, JsonElement content, EventBatch output)
    {
        int index = data.Integer("index") ?? 0;
        _blocks.Add(index);
        ToolCall? call = content.Text("type") switch
        {
            "tool_use" => Call(index) with { Id = content.Text("id"), Type = "function", Function = new FunctionCall { Name = content.Text("name") } },
            "input_json_delta" => Call(index) with { Function = new FunctionCall { Arguments = content.Text("partial_json") } },
            _ => null,
        };
        var delta = new ChatDelta { Content = AnthropicChatAnswer.TextOf(content), ToolCalls = call is null ? null : [call] };
        Send(Chunk(new ChatChunkChoice { Index = index, Delta = delta }), output);
    }

    /// <summary>A call keeps its number from its start on, so that parallel calls do not flow into one. MLflow gives 0 to all.</summary>
    private ToolCall Call(int block)
    {
        if (!_toolCalls.TryGetValue(block, out int number))
        {
            _toolCalls[block] = number = _toolCalls.Count;
        }

        return new ToolCall { Index = number };
    }

    private void End(JsonElement data, EventBatch output)
    {
        if (data.Object("delta")?.Text("stop_reason") is not { } reason)
        {
            return;
        }

        _isComplete = true;
        TokenUsage? usage = (data.Object("usage") is { } figures ? AnthropicUsage.Read(figures).After(_usage) : _usage)?.ToUsage();
        // An answer without any block has an end all the same.
        foreach (int index in _blocks.DefaultIfEmpty(0))
        {
            Send(Chunk(new ChatChunkChoice { Index = index, FinishReason = AnthropicChatAnswer.Reason(reason) }) with { Usage = usage }, output);
        }
    }

    private ChatChunk Chunk(ChatChunkChoice choice) => new() { Id = _id, Created = now, Model = _model, Choices = [choice] };
}
