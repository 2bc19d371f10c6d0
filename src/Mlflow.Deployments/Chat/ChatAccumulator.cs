namespace Mlflow.Deployments.Chat;

/// <summary>Puts the chunks of a stream together. It has what has come so far at any time, also of a stream that broke off.</summary>
/// <remarks>Not safe to use from several threads at once: a stream has one reader.</remarks>
public sealed class ChatAccumulator
{
    private readonly SortedDictionary<int, ChoiceAccumulator> _choices = [];
    private readonly ExtraAccumulator _extra = new();
    private string? _id;
    private long? _created;
    private string? _model;
    private string? _provider;
    private TokenUsage? _usage;

    /// <summary>Adds the next chunk.</summary>
    /// <param name="chunk">The chunk.</param>
    public void Add(ChatChunk chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        _id ??= chunk.Id;
        _created ??= chunk.Created;
        _model ??= chunk.Model;
        _provider ??= chunk.Provider;
        _usage = chunk.Usage ?? _usage;
        _extra.Add(chunk.Extra);
        foreach (var choice in chunk.Choices)
        {
            if (!_choices.TryGetValue(choice.Index, out var answer))
            {
                _choices.Add(choice.Index, answer = new());
            }

            answer.Add(choice);
        }
    }

    /// <summary>Returns the answer as far as it has come; the accumulator can go on after that.</summary>
    /// <returns>The answer; its choices in the order of their index.</returns>
    public ChatResponse ToResponse() => new()
    {
        Id = _id,
        Object = "chat.completion",
        Created = _created,
        Model = _model,
        Provider = _provider,
        Usage = _usage,
        Extra = _extra.ToDictionary(),
        Choices = [.. _choices.Select(choice => choice.Value.ToChoice(choice.Key))],
    };
}
