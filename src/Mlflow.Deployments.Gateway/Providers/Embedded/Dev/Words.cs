using System.Collections.Frozen;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Takes the words out of a text that tell what it is about.</summary>
internal static class Words
{
    private static readonly FrozenSet<string> Common = FrozenSet.ToFrozenSet(
    [
        "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "by", "call", "can", "could", "did", "do", "does", "fetch", "for", "from", "function",
        "get", "give", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "make", "many", "may", "me", "much", "must",
        "my", "need", "no", "not", "of", "on", "one", "or", "our", "please", "run", "set", "she", "should", "so", "some", "tell", "that", "the", "their",
        "them", "then", "there", "these", "they", "this", "those", "to", "tool", "use", "was", "we", "were", "what", "when", "where", "which", "who", "why",
        "will", "with", "would", "you", "your",
    ], StringComparer.Ordinal);

    /// <summary>Returns the distinct words in lower case and without a plural s; common words and single letters are left out.</summary>
    /// <param name="text">Any text; a change from a small to a capital letter begins a word too, as in the names of functions.</param>
    public static HashSet<string> Of(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            bool inWord = i < text.Length && char.IsLetterOrDigit(text[i]);
            bool begins = inWord && i > 0 && char.IsUpper(text[i]) && char.IsLower(text[i - 1]);
            if (inWord && !begins)
            {
                continue;
            }

            Add(words, text[start..i]);
            start = inWord ? i : i + 1;
        }

        return words;
    }

    private static void Add(HashSet<string> words, string text)
    {
        string word = text.ToLowerInvariant();
        if (word.Length == 0 || (word.Length == 1 && !char.IsDigit(word[0])) || Common.Contains(word))
        {
            return;
        }

        bool isPlural = word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal);
        words.Add(isPlural ? word[..^1] : word);
    }
}
