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

    // Words and unknown characters part a text into pieces of work. A run that offers no such place is parted here all the same: nobody
    // writes one, and without the limit it would take memory and seconds for tokens that are not read.
    private const int LongestRun = 4096;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly int[] _lengths;
    private readonly double[] _scores;
    private readonly int _longest;
    private readonly byte[] _longestFrom;
    private readonly bool _canNormalize;

    /// <summary>Creates a tokenizer over the pieces, whose position is their id.</summary>
    /// <param name="pieces">The vocabulary; its first <see cref="SentenceModelLayout.ReservedPieces"/> entries never match text.</param>
    /// <param name="canNormalize">Whether the runtime can normalise text that is not ASCII; see <see cref="RuntimeCanNormalize"/>.</param>
    public UnigramTokenizer(IReadOnlyList<(string Text, double Score)> pieces, bool canNormalize)
    {
        var ids = new Dictionary<string, int>(pieces.Count, StringComparer.Ordinal);
        for (int id = SentenceModelLayout.ReservedPieces; id < pieces.Count; id++)
        {
            ids[pieces[id].Text] = id;
        }

        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. pieces.Select(p => p.Text.Length)];
        _scores = [.. pieces.Select(p => p.Score)];
        _longest = _lengths.Max();
        _longestFrom = new byte[char.MaxValue + 1];
        foreach (string text in ids.Keys.Where(text => text.Length > 0))
        {
            _longestFrom[text[0]] = (byte)Math.Max(_longestFrom[text[0]], checked((byte)text.Length));
        }

        _canNormalize = canNormalize;
    }

    /// <summary>Gets a value indicating whether text normalisation works: with invariant globalization it leaves everything but ASCII as it is.</summary>
    public static bool RuntimeCanNormalize { get; } = "\u2460".Normalize(NormalizationForm.FormKC) == "1";

    /// <summary>Tells whether the pieces of the text are those of the original: always for ASCII, for other text if the runtime can normalise it.</summary>
    public bool CanNormalize(string text) => _canNormalize || Ascii.IsValid(text);

    /// <summary>Returns the ids of the text's pieces; 0 stands for a run of characters that are not in the vocabulary.</summary>
    /// <param name="text">The text. One that cannot be normalised (<see cref="CanNormalize"/>) is cut as it is.</param>
    /// <param name="limit">The most ids; what lies behind them is not looked at.</param>
    public IReadOnlyList<int> Encode(string text, int limit = int.MaxValue)
    {
        var ids = new List<int>();
        foreach ((int id, _) in Cut(Normalize(text)))
        {
            if (ids.Count == limit)
            {
                break;
            }

            if (id != UnknownId || ids.Count == 0 || ids[^1] != UnknownId)
            {
                ids.Add(id);
            }
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
            {
                tokens.Add(text[start..end]);
            }

            start = end;
        }

        return tokens;
    }

    // The pieces in their order, each with the position in the text behind it; the first may be the separator in front of the text, which ends at 0.
    private IEnumerable<(int Id, int End)> Cut(string text)
    {
        if (text.Length == 0)
        {
            yield break;
        }

        string symbols = Mark(text);
        int[] last = ArrayPool<int>.Shared.Rent(LongestRun + (3 * _longest) + 4);
        double[] best = ArrayPool<double>.Shared.Rent(LongestRun + (3 * _longest) + 4);
        try
        {
            var pieces = new List<(int Id, int End)>();
            double score = 0;
            int end;
            for (int start = 0; start < symbols.Length; start = end)
            {
                end = FindBestPieces(symbols, start, last, best, ref score);
                for (int position = end; position > start;)
                {
                    int id = last[position - start];
                    pieces.Add((id, position - 1));
                    position -= id == UnknownId ? LengthOfSymbolBefore(symbols, position) : _lengths[id];
                }

                for (int i = pieces.Count - 1; i >= 0; i--)
                {
                    yield return pieces[i];
                }

                pieces.Clear();
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(best);
            ArrayPool<int>.Shared.Return(last);
        }
    }

    // For each position from the start on: the piece that ends there on the best way to it, and the sum of scores on that way. Ends at the first
    // position that no piece reaches over: every way through the text goes through it, so what follows cannot change what lies before.
    private int FindBestPieces(string symbols, int start, int[] last, double[] best, ref double score)
    {
        int position = start;
        int reach = start;
        int clean = 0;
        do
        {
            int offset = position - start;
            for (; clean <= offset + _longest + 1; clean++)
            {
                (last[clean], best[clean]) = (UnknownId, 0);
            }

            if (offset == 0)
            {
                best[0] = score;
            }

            bool found = false;
            int longest = Math.Min(_longestFrom[symbols[position]], symbols.Length - position);
            for (int length = 1; length <= longest; length++)
            {
                if (_ids.TryGetValue(symbols.AsSpan(position, length), out int id))
                {
                    found = true;
                    Offer(offset + length, id, best[offset] + _scores[id], last, best);
                    reach = Math.Max(reach, position + length);
                }
            }

            int step = SymbolLength(symbols, position);
            if (!found)
            {
                Offer(offset + step, UnknownId, best[offset], last, best);
            }

            position += step;
        }
        while (position < symbols.Length && position < reach && (position - start < LongestRun || last[position - start] == UnknownId));
        score = best[position - start];
        return position;
    }

    // Zero also means "nothing yet", and of equals the later start wins: both as in the original.
    private static void Offer(int end, int id, double score, int[] last, double[] best)
    {
        if (best[end] == 0 || score >= best[end])
        {
            best[end] = score;
            last[end] = id;
        }
    }

    private string Normalize(string text) =>
        _canNormalize && !Ascii.IsValid(text) ? MakeValid(text).Normalize(NormalizationForm.FormKC) : MakeValid(text);

    private static string Mark(string text) => string.Create(text.Length + 1, text, static (symbols, text) =>
    {
        symbols[0] = Separator;
        text.AsSpan().Replace(symbols[1..], ' ', Separator);
    });

    // A lone surrogate makes string.Normalize throw; U+FFFD is as unknown to the vocabulary as the surrogate is, and as long.
    private static string MakeValid(string text) =>
        !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? text : string.Create(text.Length, text, static (valid, text) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                bool isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
                valid[i] = isPair || !char.IsSurrogate(text[i]) ? text[i] : '\uFFFD';
                if (isPair)
                {
                    valid[++i] = text[i];
                }
            }
        });

    private static int SymbolLength(string symbols, int position) => char.IsHighSurrogate(symbols[position]) ? 2 : 1;

    private static int LengthOfSymbolBefore(string symbols, int position) => char.IsLowSurrogate(symbols[position - 1]) ? 2 : 1;
}
