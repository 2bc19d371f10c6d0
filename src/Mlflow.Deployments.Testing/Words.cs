namespace Mlflow.Deployments.Testing;

/// <summary>Takes words for tokens.</summary>
internal static class Words
{
    /// <summary>Splits a text into words, each but the first with the spaces before it: joined they are the text.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var begin = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1]))
            {
                words.Add(text[begin..i]);
                begin = i;
            }
        }

        if (begin < text.Length)
        {
            words.Add(text[begin..]);
        }

        return words;
    }

    public static int Count(string? text) => text is null ? 0 : text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
