namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Cuts a text into sentences: at line ends, and behind <c>. ! ?</c> unless the next word begins small.</summary>
internal static class Sentences
{
    /// <summary>Returns the sentences without bullets and white space around them.</summary>
    public static IEnumerable<string> Split(string text)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is not '\n' && !EndsSentence(text, i))
            {
                continue;
            }

            if (Clean(text[start..(i + 1)]) is { Length: > 0 } sentence)
            {
                yield return sentence;
            }

            start = i + 1;
        }

        if (Clean(text[start..]) is { Length: > 0 } last)
        {
            yield return last;
        }
    }

    private static string Clean(string sentence) => sentence.Trim().TrimStart('-', '*', '•', '#', '>', ' ').TrimEnd();

    // "3.5", "e.g. this" and "example.com" go on.
    private static bool EndsSentence(string text, int position)
    {
        if (text[position] is not ('.' or '!' or '?'))
        {
            return false;
        }

        int next = position + 1;
        if (next < text.Length && !char.IsWhiteSpace(text[next]))
        {
            return false;
        }

        while (next < text.Length && char.IsWhiteSpace(text[next]))
        {
            next++;
        }

        return next == text.Length || !char.IsLower(text[next]);
    }
}
