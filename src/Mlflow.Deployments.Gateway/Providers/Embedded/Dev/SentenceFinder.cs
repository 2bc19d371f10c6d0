using System.Numerics.Tensors;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Finds, among the sentences of the messages, the one nearest to the question.</summary>
/// <remarks>Score = cosine of the sentence vectors + 0.5 × share of the question's words in the sentence, rare words counting more.</remarks>
internal static class SentenceFinder
{
    private const double OverlapWeight = 0.5;

    // A lone instruction ("You are a helpful assistant.") is no context to answer from.
    private const int FewestSentences = 2;
    private const int FewestWords = 3;

    // A sentence takes 2.5 ms to encode: of a long context only the sentences that share most words are compared.
    private const int MostEncoded = 64;

    /// <summary>Returns the nearest sentence and its score; null where there is too little text or nothing comes near enough.</summary>
    /// <param name="texts">The texts to answer from, the question's own included.</param>
    /// <param name="question">The text that asks; of several sentences the last with a question mark, else the last.</param>
    /// <param name="minScore">The least score of an answer.</param>
    public static (string Sentence, double Score)? Find(IEnumerable<string> texts, string question, double minScore)
    {
        SentenceEncoder encoder = SentenceEncoder.Shared;
        string? asked = FindQuestion(question);
        if (asked is null || !encoder.CanEncode(asked))
        {
            return null;
        }

        string[] sentences =
        [
            .. texts.SelectMany(Sentences.Split).Distinct(StringComparer.Ordinal).Where(s => s != asked && CanAnswer(s) && encoder.CanEncode(s)),
        ];
        if (sentences.Length < FewestSentences)
        {
            return null;
        }

        string bare = StripLabel(asked);
        float[] target = encoder.Encode(bare);
        (string Sentence, double Score) best = Overlaps(Words.Of(bare), sentences)
            .OrderByDescending(s => s.Overlap)
            .Take(MostEncoded)
            .Select(s => (s.Sentence, Score: TensorPrimitives.Dot<float>(target, encoder.Encode(s.Sentence)) + (OverlapWeight * s.Overlap)))
            .MaxBy(s => s.Score);
        return best.Score >= minScore ? best : null;
    }

    private static string? FindQuestion(string text)
    {
        string[] sentences = [.. Sentences.Split(text)];
        return sentences.LastOrDefault(s => s.EndsWith('?')) ?? sentences.LastOrDefault();
    }

    // "Question: When …?" asks the same as the question alone.
    private static string StripLabel(string question)
    {
        int colon = question.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && question.AsSpan(0, colon).IndexOf(' ') < 0 ? question[(colon + 2)..] : question;
    }

    private static bool CanAnswer(string sentence) =>
        !sentence.EndsWith('?') && sentence.Count(c => c == ' ') >= FewestWords - 1;

    private static IEnumerable<(string Sentence, double Overlap)> Overlaps(HashSet<string> asked, string[] sentences)
    {
        HashSet<string>[] words = [.. sentences.Select(Words.Of)];
        var weights = asked.ToDictionary(
            word => word,
            word => Math.Log(1 + (sentences.Length / (1.0 + words.Count(w => w.Contains(word))))),
            StringComparer.Ordinal);
        double all = weights.Values.Sum();
        return sentences.Select((sentence, i) => (sentence, all == 0 ? 0 : asked.Where(words[i].Contains).Sum(word => weights[word]) / all));
    }
}
