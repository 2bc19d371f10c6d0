using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Testing;

/// <summary>What a fake chat endpoint says. The same answer serves streamed and other requests.</summary>
/// <remarks>Immutable, and can be shared.</remarks>
public sealed record ChatAnswer
{
    /// <summary>Makes an answer without a text; set the other properties.</summary>
    public ChatAnswer()
    {
    }

    /// <summary>Makes an answer.</summary>
    /// <param name="text">What the model says; a stream gives it word by word.</param>
    public ChatAnswer(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
    }

    /// <summary>Gets what the model says.</summary>
    /// <value>Null: <see cref="Pieces"/> joined, or nothing, for example beside tool calls.</value>
    public string? Text { get; init; }

    /// <summary>Gets the pieces in which a stream gives the text.</summary>
    /// <value>Null: word by word.</value>
    public IReadOnlyList<string>? Pieces { get; init; }

    /// <summary>Gets the calls that the model asks for; a stream gives the arguments of each in several pieces.</summary>
    /// <value>Empty. A call without an id gets <c>call_1</c>, <c>call_2</c> and so on.</value>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>Gets the model's words when it refuses.</summary>
    /// <value>Null: it does not.</value>
    public string? Refusal { get; init; }

    /// <summary>Gets why the model stopped.</summary>
    /// <value>Null: <see cref="FinishReason.ToolCalls"/> when there are tool calls, else <see cref="FinishReason.Stop"/>.</value>
    public FinishReason? FinishReason { get; init; }

    /// <summary>Gets the tokens used.</summary>
    /// <value>Null: words are counted in place of tokens. A stream ends with it, unless the request declines it (<c>stream_options.include_usage</c>).</value>
    public TokenUsage? Usage { get; init; }

    /// <summary>Gets the model's name.</summary>
    public string Model { get; init; } = Defaults.Model;

    /// <summary>Gets the id of the answer.</summary>
    public string Id { get; init; } = Defaults.ChatId;

    /// <summary>Gets how long the answer takes to begin, by the fake's clock.</summary>
    /// <value>No time.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets how long a stream pauses between two pieces, by the fake's clock.</summary>
    /// <value>No time.</value>
    public TimeSpan PieceDelay { get; init; }

    /// <summary>Gets what goes wrong on the way.</summary>
    /// <value>Null: nothing.</value>
    public Fault? Fault { get; init; }

    /// <summary>Describes the answer without its texts.</summary>
    /// <returns>The number of pieces and tool calls.</returns>
    public override string ToString() => $"ChatAnswer {{ Text = {Whole?.Length ?? 0} chars, ToolCalls = {ToolCalls.Count}, Fault = {Fault} }}";

    internal string? Whole => Text ?? (Pieces is null ? null : string.Concat(Pieces));

    internal IReadOnlyList<string> Split => Pieces ?? Words.Split(Text ?? string.Empty);
}
