using System.Buffers;
using System.Text;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>Cuts text into the pieces of a unigram vocabulary: the way through the text whose pieces have the highest sum of scores.</summary>
/// <remarks>
/// <para>Thread-safe and immutable.</para>
/// <para>
/// Follows the original step by step, its oddities included, because the model was trained and is compared with it: a character that begins no
/// piece costs nothing, and neither does a character that only begins longer pieces, should no piece end behind it.
/// </para>
/// </remarks>
internal sealed class UnigramTokenizer
{
    private const int UnknownId = 0;
    private const char Separator = '\u2581';

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly int[] _lengths;
    private readonly double[] _scores;
    private readonly int _longest;
    private readonly bool _canNormalize;

    /// <summary>Creates a tokenizer over the pieces, whose position is their id.</summary>
    /// <param name="pieces">The vocabulary; its first <see cref="SentenceModelLayout.ReservedPieces"/> entries never match text.</param>
    /// <param name="canNormalize">Whether the runtime can normalise text that is not ASCII; see <see cref="RuntimeCanNormalize"/>.</param>
    public UnigramTokenizer(IReadOnlyList<(string Text, double Score)> pieces, bool canNormalize)
    {
        var ids = new Dictionary<string, int>(pieces.Count, StringComparer.Ordinal);
        for (int id = SentenceModelLayout.ReservedPieces; id < pieces.Count; id++)
            ids[pieces[id].Text] = id;
        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. pieces.Select(p => p.Text.Length)];
        _scores = [.. pieces.Select(p => p.Score)];
        _longest = _lengths.Max();
        _canNormalize = canNormalize;
    }

    /// <summary>Gets a value indicating whether text normalisation works: with invariant globalization it leaves everything but ASCII as it is.</summary>
    public static bool RuntimeCanNormalize { get; } = "\u2460".Normalize(NormalizationForm.FormKC) == "1";

    /// <summary>Tells whether the pieces of the text are those of the original: always for ASCII, for other text if the runtime can normalise it.</summary>
    public bool CanNormalize(string text) => _canNormalize || Ascii.IsValid(text);

    /// <summary>Returns the ids of the text's pieces; 0 stands for a run of characters that are not in the vocabulary.</summary>
    /// <remarks>Text that cannot be normalised (<see cref="CanNormalize"/>) is cut as it is.</remarks>
    public IReadOnlyList<int> Encode(string text)
    {
        var ids = new List<int>();
        foreach ((int id, _) in Cut(Normalize(text)))
        {
            if (id != UnknownId || ids.Count == 0 || ids[^1] != UnknownId)
                ids.Add(id);
        }

        return ids;
    }

    /// <summary>Cuts a text into tokens that give the very same text again when put together.</summary>
    /// <remarks>
    /// The text is not normalised, and each unknown character is a token of its own, so there can be a few more than <see cref="Encode"/> counts.
    /// </remarks>
    public IReadOnlyList<string> Split(string text)
    {
        var tokens = new List<string>();
        int start = 0;
        foreach ((_, int end) in Cut(MakeValid(text)))
        {
            if (end > start)
                tokens.Add(text[start..end]);
            start = end;
        }

        return tokens;
    }

    // The pieces in their order, each with the position in the text behind it; the first may be the separator in front of the text, which ends at 0.
    private List<(int Id, int End)> Cut(string text)
    {
        if (text.Length == 0)
            return [];
        string symbols = Separator + text.Replace(' ', Separator);
        int[] last = ArrayPool<int>.Shared.Rent(symbols.Length + 1);
        double[] best = ArrayPool<double>.Shared.Rent(symbols.Length + 1);
        FindBestPieces(symbols, last.AsSpan(0, symbols.Length + 1), best.AsSpan(0, symbols.Length + 1));

        var pieces = new List<(int Id, int End)>();
        for (int position = symbols.Length; position > 0;)
        {
            int id = last[position];
            pieces.Add((id, position - 1));
            position -= id == UnknownId ? LengthOfSymbolBefore(symbols, position) : _lengths[id];
        }

        pieces.Reverse();
        ArrayPool<double>.Shared.Return(best);
        ArrayPool<int>.Shared.Return(last);
        return pieces;
    }

    // For each position: the piece that ends there on the best way to it, and the sum of scores on that way.
    private void FindBestPieces(string symbols, Span<int> last, Span<double> best)
    {
        last.Clear();
        best.Clear();
        for (int start = 0; start < symbols.Length; start += SymbolLength(symbols, start))
        {
            bool found = false;
            int longest = Math.Min(_longest, symbols.Length - start);
            for (int length = 1; length <= longest; length++)
            {
                if (_ids.TryGetValue(symbols.AsSpan(start, length), out int id))
                {
                    found = true;
                    Offer(start + length, id, best[start] + _scores[id], last, best);
                }
            }

            if (!found)
                Offer(start + SymbolLength(symbols, start), UnknownId, best[start], last, best);
        }
    }

    // Zero also means "nothing yet", and of equals the later start wins: both as in the original.
    private static void Offer(int end, int id, double score, Span<int> last, Span<double> best)
    {
        if (best[end] == 0 || score >= best[end])
        {
            best[end] = score;
            last[end] = id;
        }
    }

    private string Normalize(string text) =>
        _canNormalize && !Ascii.IsValid(text) ? MakeValid(text).Normalize(NormalizationForm.FormKC) : MakeValid(text);

    // A lone surrogate makes string.Normalize throw; U+FFFD is as unknown to the vocabulary as the surrogate is, and as long.
    private static string MakeValid(string text) => Ascii.IsValid(text) ? text : string.Concat(text.EnumerateRunes());

    private static int SymbolLength(string symbols, int position) => char.IsHighSurrogate(symbols[position]) ? 2 : 1;

    private static int LengthOfSymbolBefore(string symbols, int position) => char.IsLowSurrogate(symbols[position - 1]) ? 2 : 1;
}
