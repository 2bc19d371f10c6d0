using CsCheck;
using Mlflow.Deployments.Gateway.Providers.Embedded;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UnigramTokenizerTests
{
    // Ids start at 6; the six entries before never match text, as in the real vocabulary.
    private static readonly (string Text, double Score)[] Pieces =
    [
        ("\uFFFD", 0), ("<s>", 0), ("</s>", 0), ("x1", 0), ("x2", 0), ("x3", 0),
        ("\u2581", -5), ("a", -3), ("b", -3), ("ab", -4), ("\u2581a", -4), ("c", -1), ("abc", -9), (":", 0), ("1", -2),
        ("fi", -2), ("f", -9), ("i", -9), ("de", -2),
    ];

    private static readonly UnigramTokenizer Tokenizer = new(Pieces, UnigramTokenizer.RuntimeCanNormalize);

    [TestCase("", new int[0], TestName = "Encode_nothing_gives_no_token")]
    [TestCase("a", new[] { 10 }, TestName = "Encode_a_separator_stands_in_front")]
    [TestCase("ab", new[] { 10, 8 }, TestName = "Encode_the_best_sum_wins_not_the_longest_piece")]
    [TestCase("abc", new[] { 10, 8, 11 }, TestName = "Encode_a_long_piece_with_a_bad_score_loses")]
    [TestCase("b ab", new[] { 6, 8, 10, 8 }, TestName = "Encode_a_space_becomes_a_separator")]
    [TestCase("zzz", new[] { 6, 0 }, TestName = "Encode_a_run_of_unknown_characters_is_one_token")]
    [TestCase("zzbzz", new[] { 6, 0, 8, 0 }, TestName = "Encode_two_unknown_runs_are_two_tokens")]
    [TestCase("\U0001F600\U0001F680b", new[] { 6, 0, 8 }, TestName = "Encode_surrogate_pairs_are_unknown_characters")]
    [TestCase("\uD83Db", new[] { 6, 0, 8 }, TestName = "Encode_a_lone_surrogate_is_an_unknown_character")]
    [TestCase("c:", new[] { 6, 11, 13 }, TestName = "Encode_a_piece_without_score_costs_nothing")]
    [TestCase("<s>", new[] { 6, 0 }, TestName = "Encode_reserved_entries_never_match")]
    [TestCase("\u2460", new[] { 6, 14 }, TestName = "Encode_a_circled_digit_is_normalised")]
    [TestCase("\uFB01", new[] { 6, 15 }, TestName = "Encode_a_ligature_is_normalised")]
    [TestCase("de", new[] { 6, 0 }, TestName = "Encode_a_piece_loses_where_its_first_character_is_none_as_in_the_original")]
    [TestCase("b\u00A0b", new[] { 6, 8, 6, 8 }, TestName = "Encode_a_no_break_space_is_a_space")]
    public void Encode(string text, int[] expected)
    {
        Assert.That(Tokenizer.Encode(text), Is.EqualTo(expected));
    }

    [Test]
    public void Encode_without_normalisation_ascii_is_cut_as_always()
    {
        var tokenizer = new UnigramTokenizer(Pieces, canNormalize: false);

        Assert.Multiple(() =>
        {
            Assert.That(tokenizer.CanNormalize("b ab"), Is.True);
            Assert.That(tokenizer.CanNormalize("\u2460"), Is.False);
            Assert.That(tokenizer.Encode("b ab"), Is.EqualTo(Tokenizer.Encode("b ab")));
            Assert.That(tokenizer.Encode("\u2460"), Is.EqualTo(new[] { 6, 0 }));
        });
    }

    [Test]
    public void Encode_any_text_gives_known_ids_and_no_two_unknowns_in_a_row()
    {
        Gen.String[Gen.Char, 0, 40].Sample(text =>
        {
            IReadOnlyList<int> ids = SentenceEncoder.Shared.Tokenizer.Encode(text);
            return ids.All(id => id is >= 0 and < 8000) && ids.Zip(ids.Skip(1)).All(pair => pair != (0, 0));
        });
    }

    [TestCase("", new string[0])]
    [TestCase("ab b", new[] { "a", "b", " ", "b" })]
    [TestCase("\uFB01", new[] { "\uFB01" })]
    [TestCase("\U0001F600\U0001F680", new[] { "\U0001F600", "\U0001F680" })]
    public void Split_cuts_the_text_itself(string text, string[] expected)
    {
        Assert.That(Tokenizer.Split(text), Is.EqualTo(expected));
    }

    [Test]
    public void Split_any_text_gives_tokens_that_put_together_are_the_text()
    {
        Gen.String[Gen.Char, 0, 40].Sample(text => string.Concat(SentenceEncoder.Shared.Tokenizer.Split(text)) == text);
    }

    [Test]
    public void Encode_text_of_known_pieces_can_be_put_together_again()
    {
        string[] words = ["a", "b", "ab", "abc", "c", "1"];
        Gen.OneOf([.. words.Select(Gen.Const)]).Array[1, 12].Sample(some =>
        {
            string text = string.Join(' ', some);
            string again = string.Concat(Tokenizer.Encode(text).Select(id => Pieces[id].Text));
            return again == "\u2581" + text.Replace(' ', '\u2581');
        });
    }

    [Test]
    public void Encode_in_parts_gives_what_the_search_over_the_whole_text_gives()
    {
        string[] parts = ["a", "b", "c", "d", "e", "f", "i", "1", ":", " ", "z", "\U0001F600", "\u2581"];
        Gen.OneOf([.. parts.Select(Gen.Const)]).Array[0, 60].Sample(some =>
        {
            string text = string.Concat(some);
            return Tokenizer.Encode(text).SequenceEqual(WholeSearch.Encode(Pieces, text));
        });
    }

    [Test]
    public void Encode_with_a_limit_gives_the_first_ids_of_all()
    {
        Gen.Select(Gen.String[Gen.Char[" abcz1:é"], 0, 60], Gen.Int[0, 20]).Sample((text, limit) =>
            Tokenizer.Encode(text, limit).SequenceEqual(Tokenizer.Encode(text).Take(limit)));
    }

    [TestCase("a", 20_000, 20_000)]
    [TestCase("z", 20_000, 2)]
    [TestCase("ab ", 20_000, 40_001)]
    public void Encode_long_text_has_no_end_of_its_own(string part, int times, int expected)
    {
        string text = string.Concat(Enumerable.Repeat(part, times));

        Assert.That(Tokenizer.Encode(text), Has.Count.EqualTo(expected));
        Assert.That(string.Concat(Tokenizer.Split(text)), Is.EqualTo(text));
    }
}
