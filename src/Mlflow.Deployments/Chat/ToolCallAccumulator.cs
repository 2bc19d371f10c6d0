using System.Text;

namespace Mlflow.Deployments.Chat;

/// <summary>Puts the pieces of one tool call together: id, type and name come once (repeats are taken as such), arguments in pieces.</summary>
internal sealed class ToolCallAccumulator(int? index)
{
    private readonly StringBuilder _arguments = new();
    private readonly ExtraAccumulator _extra = new();
    private readonly ExtraAccumulator _functionExtra = new();
    private string? _type;
    private string? _name;
    private bool _hasFunction;
    private bool _hasArguments;

    public int? Index => index;

    public string? Id { get; private set; }

    public bool TakesId(string? id) => string.IsNullOrEmpty(id) || Id is null || Id == id;

    public void Add(ToolCall piece)
    {
        Id ??= string.IsNullOrEmpty(piece.Id) ? null : piece.Id;
        _type ??= piece.Type;
        _extra.Add(piece.Extra);
        if (piece.Function is not { } function)
        {
            return;
        }

        _hasFunction = true;
        _name ??= string.IsNullOrEmpty(function.Name) ? null : function.Name;
        _hasArguments |= function.Arguments is not null;
        _arguments.Append(function.Arguments);
        _functionExtra.Add(function.Extra);
    }

    public ToolCall ToToolCall() => new()
    {
        Id = Id,
        Type = _type ?? "function",
        Extra = _extra.ToDictionary(),
        Function = _hasFunction ? new() { Name = _name, Arguments = _hasArguments ? _arguments.ToString() : null, Extra = _functionExtra.ToDictionary() } : null,
    };
}
