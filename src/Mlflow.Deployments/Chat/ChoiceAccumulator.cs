using System.Text;

namespace Mlflow.Deployments.Chat;

/// <summary>Puts the pieces of one answer of a stream together.</summary>
internal sealed class ChoiceAccumulator
{
    private readonly List<ToolCallAccumulator> _toolCalls = [];
    private readonly ExtraAccumulator _choiceExtra = new();
    private readonly ExtraAccumulator _messageExtra = new();
    private readonly List<ContentPart> _parts = [];
    private StringBuilder? _text;
    private StringBuilder? _refusal;
    private ChatRole _role;
    private FinishReason _finishReason;

    public void Add(ChatChunkChoice choice)
    {
        var delta = choice.Delta;
        _role = _role.Value is null ? delta.Role : _role;
        _finishReason = choice.FinishReason.Value is null ? _finishReason : choice.FinishReason;
        _choiceExtra.Add(choice.Extra);
        _messageExtra.Add(delta.Extra);
        if (delta.Refusal is { } refusal)
        {
            (_refusal ??= new()).Append(refusal);
        }

        if (delta.Parts is { } parts)
        {
            MoveTextToParts();
            _parts.AddRange(parts);
        }
        else if (delta.Content is { } text)
        {
            (_text ??= new()).Append(text);
        }

        foreach (var piece in delta.ToolCalls ?? [])
        {
            AddToolCall(piece);
        }
    }

    public ChatChoice ToChoice(int index)
    {
        if (_parts.Count > 0)
        {
            MoveTextToParts();
        }

        return new()
        {
            Index = index,
            FinishReason = _finishReason,
            Extra = _choiceExtra.ToDictionary(),
            Message = new()
            {
                Role = _role.Value is null ? ChatRole.Assistant : _role,
                Body = _parts.Count > 0 ? MessageContent.FromParts(Joined(_parts)) : new(_text?.ToString(), null),
                Refusal = _refusal?.ToString(),
                ToolCalls = _toolCalls.Count == 0 ? null : [.. InOrder(_toolCalls).Select(call => call.ToToolCall())],
                Extra = _messageExtra.ToDictionary(),
            },
        };
    }

    // Pieces of a call belong together by index. A second id under the same index is a second call all the same: some gateways number every call 0.
    private void AddToolCall(ToolCall piece)
    {
        var call = piece.Index is { } index ? _toolCalls.FindLast(known => known.Index == index)
            : string.IsNullOrEmpty(piece.Id) ? _toolCalls.LastOrDefault()
            : _toolCalls.FindLast(known => known.Id == piece.Id);
        if (call is null || !call.TakesId(piece.Id))
        {
            call = new(piece.Index);
            _toolCalls.Add(call);
        }

        call.Add(piece);
    }

    // By index where every call has one; calls of the same index stay as they came.
    private static IEnumerable<ToolCallAccumulator> InOrder(List<ToolCallAccumulator> calls) => calls.TrueForAll(call => call.Index is not null) ? calls.OrderBy(call => call.Index) : calls;

    private void MoveTextToParts()
    {
        if (_text is { Length: > 0 })
        {
            _parts.Add(ContentPart.FromText(_text.ToString()));
            _text = null;
        }
    }

    // A text that came in pieces is one text.
    private static List<ContentPart> Joined(List<ContentPart> parts)
    {
        var joined = new List<ContentPart>(parts.Count);
        foreach (var part in parts)
        {
            if (part is { Type: "text", Extra: null } && joined is [.., { Type: "text", Extra: null } last])
            {
                joined[^1] = last with { Text = last.Text + part.Text };
            }
            else
            {
                joined.Add(part);
            }
        }

        return joined;
    }
}
