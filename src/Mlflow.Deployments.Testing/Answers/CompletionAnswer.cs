using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Testing;

/// <summary>How a fake completions endpoint goes on with a prompt. The same answer serves streamed and other requests.</summary>
/// <remarks>Immutable, and can be shared.</remarks>
public sealed record CompletionAnswer
{
    /// <summary>Makes an answer.</summary>
    /// <param name="text">How the model goes on; a stream gives it word by word.</param>
    public CompletionAnswer(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
    }

    /// <summary>Gets how the model goes on.</summary>
    public string Text { get; init; }

    /// <summary>Gets the pieces in which a stream gives the text.</summary>
    /// <value>Null: word by word.</value>
    public IReadOnlyList<string>? Pieces { get; init; }

    /// <summary>Gets why the model stopped.</summary>
    public FinishReason FinishReason { get; init; } = FinishReason.Stop;

    /// <summary>Gets the tokens used.</summary>
    /// <value>Null: words are counted in place of tokens.</value>
    public TokenUsage? Usage { get; init; }

    /// <summary>Gets the model's name.</summary>
    public string Model { get; init; } = Defaults.Model;

    /// <summary>Gets the id of the answer.</summary>
    public string Id { get; init; } = Defaults.CompletionId;

    /// <summary>Gets how long the answer takes to begin, by the fake's clock.</summary>
    /// <value>No time.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets how long a stream pauses between two pieces, by the fake's clock.</summary>
    /// <value>No time.</value>
    public TimeSpan PieceDelay { get; init; }

    /// <summary>Gets what goes wrong on the way.</summary>
    /// <value>Null: nothing.</value>
    public Fault? Fault { get; init; }

    /// <summary>Describes the answer without its text.</summary>
    /// <returns>The length of the text.</returns>
    public override string ToString() => $"CompletionAnswer {{ Text = {Text.Length} chars, Fault = {Fault} }}";

    internal IReadOnlyList<string> Split => Pieces ?? Words.Split(Text);
}
