namespace Mlflow.Deployments.Gateway.Tests.Embedded;

/// <summary>The search for the best pieces as the original does it: over the whole text at once, every piece tried at every place.</summary>
internal static class WholeSearch
{
    private const int Reserved = 6;

    public static IReadOnlyList<int> Encode(IReadOnlyList<(string Text, double Score)> pieces, string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        string symbols = '\u2581' + text.Replace(' ', '\u2581');
        var last = new int[symbols.Length + 1];
        var best = new double[symbols.Length + 1];
        for (int start = 0; start < symbols.Length; start += char.IsHighSurrogate(symbols[start]) ? 2 : 1)
        {
            int[] found = [.. Enumerable.Range(0, pieces.Count).Skip(Reserved).Where(id => symbols.AsSpan(start).StartsWith(pieces[id].Text))];
            foreach (int id in found.OrderBy(id => pieces[id].Text.Length))
            {
                Offer(start + pieces[id].Text.Length, id, best[start] + pieces[id].Score);
            }

            if (found.Length == 0)
            {
                Offer(start + (char.IsHighSurrogate(symbols[start]) ? 2 : 1), 0, best[start]);
            }
        }

        var ids = new List<int>();
        for (int end = symbols.Length; end > 0;)
        {
            int id = last[end];
            if (id != 0 || ids.Count == 0 || ids[^1] != 0)
            {
                ids.Add(id);
            }

            end -= id != 0 ? pieces[id].Text.Length : char.IsLowSurrogate(symbols[end - 1]) ? 2 : 1;
        }
        ids.Reverse();
        return ids;

        void Offer(int end, int id, double score)
        {
            if (best[end] == 0 || score >= best[end])
            {
                (best[end], last[end]) = (score, id);
            }
        }
    }
}
