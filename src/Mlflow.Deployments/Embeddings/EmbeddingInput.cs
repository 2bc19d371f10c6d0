using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Embeddings;

/// <summary>What an embeddings endpoint turns into vectors: a text, several texts, a list of token ids, or several lists. Exactly one of the four is set.</summary>
[JsonConverter(typeof(EmbeddingInputConverter))]
public sealed record EmbeddingInput
{
    /// <summary>Makes an input of one text.</summary>
    /// <param name="text">The text.</param>
    public EmbeddingInput(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
    }

    /// <summary>Makes an input of several texts.</summary>
    /// <param name="texts">The texts; none of them null.</param>
    public EmbeddingInput(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i] is null)
            {
                throw new ArgumentException($"Text {i} is null.", nameof(texts));
            }
        }

        Texts = texts;
    }

    /// <summary>Makes an input of one text as token ids.</summary>
    /// <param name="tokens">The ids in the model's vocabulary.</param>
    public EmbeddingInput(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Tokens = tokens;
    }

    /// <summary>Makes an input of several texts as token ids.</summary>
    /// <param name="tokenLists">The ids of each text in the model's vocabulary.</param>
    public EmbeddingInput(IReadOnlyList<IReadOnlyList<int>> tokenLists)
    {
        ArgumentNullException.ThrowIfNull(tokenLists);
        for (var i = 0; i < tokenLists.Count; i++)
        {
            if (tokenLists[i] is null)
            {
                throw new ArgumentException($"Token list {i} is null.", nameof(tokenLists));
            }
        }

        TokenLists = tokenLists;
    }

    /// <summary>Gets the one text, else null.</summary>
    public string? Text { get; }

    /// <summary>Gets the texts, else null.</summary>
    public IReadOnlyList<string>? Texts { get; }

    /// <summary>Gets the one list of token ids, else null.</summary>
    public IReadOnlyList<int>? Tokens { get; }

    /// <summary>Gets the lists of token ids, else null.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? TokenLists { get; }

    /// <summary>Gets the number of vectors that the input asks for.</summary>
    public int Count => Texts?.Count ?? TokenLists?.Count ?? 1;

    /// <summary>Describes the input without its texts.</summary>
    /// <returns>The number of vectors asked for.</returns>
    public override string ToString() => $"EmbeddingInput {{ Count = {Count} }}";
}
