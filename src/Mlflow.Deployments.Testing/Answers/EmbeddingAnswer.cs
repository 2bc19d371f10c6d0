namespace Mlflow.Deployments.Testing;

/// <summary>What a fake embeddings endpoint makes of texts. The request's <c>encoding_format</c> says whether the vectors travel as numbers or as base64.</summary>
/// <remarks>Immutable, and can be shared.</remarks>
public sealed record EmbeddingAnswer
{
    /// <summary>Gets the length of the vectors that <see cref="FakeVectors"/> makes, at least 1.</summary>
    /// <value>64.</value>
    public int Dimension
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = Defaults.Dimension;

    /// <summary>Gets what makes the vector of a text; a list of token ids comes as its numbers, joined by spaces.</summary>
    /// <value>Null: <see cref="FakeVectors.Of"/> with <see cref="Dimension"/>. The function must be safe to call from several threads.</value>
    public Func<string, ReadOnlyMemory<float>>? Vector { get; init; }

    /// <summary>Gets the tokens used.</summary>
    /// <value>Null: words are counted in place of tokens.</value>
    public TokenUsage? Usage { get; init; }

    /// <summary>Gets the model's name.</summary>
    public string Model { get; init; } = Defaults.Model;

    /// <summary>Gets how long the answer takes to begin, by the fake's clock.</summary>
    /// <value>No time.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets what goes wrong on the way.</summary>
    /// <value>Null: nothing.</value>
    public Fault? Fault { get; init; }
}
