using System.Text.Json;
using Microsoft.Extensions.AI;
using Wire = Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Collects what one message holds.</summary>
internal sealed class OutgoingBody(bool isFromModel)
{
    private readonly List<Wire.ContentPart> _parts = [];
    private readonly List<Wire.ToolCall> _calls = [];
    private readonly Dictionary<string, JsonElement> _extra = new(StringComparer.Ordinal);
    private readonly List<TextReasoningContent> _reasoning = [];
    private string? _refusal;

    public void Add(AIContent content, int position)
    {
        switch (content)
        {
            case FunctionResultContent or UsageContent:
                break; // a result is a message of its own, and usage is nothing that was said
            case FunctionCallContent call:
                _calls.Add(OutgoingTools.CallOf(call));
                break;
            case TextReasoningContent reasoning when ReasoningText.ToPart(reasoning) is { } part:
                _parts.Add(part);
                break;
            case TextReasoningContent reasoning:
                _reasoning.Add(reasoning);
                break;
            case ErrorContent { ErrorCode: IncomingContents.RefusalCode } error:
                _refusal += error.Message;
                break;
            case DataContent data when isFromModel && AudioAnswer.ReferenceTo(data) is { } reference:
                _extra["audio"] = reference;
                break;
            default:
                _parts.Add(OutgoingPart.Of(content, position));
                break;
        }
    }

    public Wire.ChatMessage ToMessage(Wire.ChatRole role, Dictionary<string, JsonElement>? more)
    {
        // Thoughts go back beside calls only: there models need them to go on (and some refuse to go on without them), elsewhere some refuse them.
        if (_calls.Count > 0)
        {
            ReasoningText.AddTo(_extra, _reasoning);
        }

        foreach (var (name, value) in more ?? [])
        {
            _extra.TryAdd(name, value);
        }

        return new()
        {
            Role = role,
            Body = Body(),
            ToolCalls = _calls.Count == 0 ? null : _calls,
            Refusal = _refusal,
            Extra = _extra.Count == 0 ? null : _extra,
        };
    }

    // Texts alone are one text: every server takes that, and many take no list from the system or the model.
    private Wire.MessageContent Body() =>
        _parts.Count == 0 ? new(_calls.Count > 0 || _refusal is not null || _extra.Count > 0 ? null : string.Empty, null)
        : _parts.TrueForAll(part => part is { Type: "text", Extra: null }) ? new(string.Concat(_parts.Select(part => part.Text)), null)
        : Wire.MessageContent.FromParts(_parts);
}
