using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>The events of ConverseStream. Their members tell which is which.</summary>
internal sealed class ConverseStream(ProviderInfo info, string model, long now) : TypedStreamTranslator(info)
{
    private bool _hasStopped;

    /// <summary>The figures come after the reason, so that the choice does not tell.</summary>
    public override bool IsComplete => _hasStopped;

    protected override void Take(JsonElement data, EventBatch output)
    {
        if (data.Object("delta") is { } delta)
        {
            TakeDelta(data, delta, output);
        }
        else if (data.Object("start")?.Object("toolUse") is { } use)
        {
            SendCall(data, use.Text("toolUseId"), "function", use.Text("name"), "", output);
        }
        else if (data.Text("stopReason") is { } reason)
        {
            _hasStopped = true;
            Send(new ChatDelta(), ConverseAnswer.Reason(reason), output);
        }
        else if (ConverseAnswer.Usage(data.Object("usage")) is { } usage)
        {
            Send(Chunk(new ChatDelta(), finishReason: default) with { Usage = usage }, output);
        }
    }

    private void TakeDelta(JsonElement data, JsonElement delta, EventBatch output)
    {
        if (delta.Text("text") is { } text)
        {
            Send(new ChatDelta { Content = text }, finishReason: default, output);
        }
        else if (delta.Object("toolUse")?.Text("input") is { } arguments)
        {
            SendCall(data, id: null, type: null, name: null, arguments, output);
        }
        else if (ConverseAnswer.Reasoning(delta.Object("reasoningContent")?.Text("text")) is { } reasoning)
        {
            Send(new ChatDelta { Extra = reasoning }, finishReason: default, output);
        }
    }

    private void SendCall(JsonElement data, string? id, string? type, string? name, string arguments, EventBatch output)
    {
        var call = new ToolCall
        {
            Index = data.Integer("contentBlockIndex") ?? 0,
            Id = id,
            Type = type,
            Function = new FunctionCall { Name = name, Arguments = arguments },
        };
        Send(new ChatDelta { ToolCalls = [call] }, finishReason: default, output);
    }

    private void Send(ChatDelta delta, FinishReason finishReason, EventBatch output) => Send(Chunk(delta, finishReason), output);

    private ChatChunk Chunk(ChatDelta delta, FinishReason finishReason) =>
        new() { Created = now, Model = model, Choices = [new ChatChunkChoice { Delta = delta, FinishReason = finishReason }] };
}
