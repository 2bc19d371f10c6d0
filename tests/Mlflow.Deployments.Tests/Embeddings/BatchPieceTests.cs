using Mlflow.Deployments.Embeddings.Batches;

namespace Mlflow.Deployments.Tests.Embeddings;

/// <summary>The small parts of a batch run: sizes, budgets and waits.</summary>
public class BatchPieceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestCase("aaa bb c", 10, null, "aaa bb c")]
    [TestCase("aaa bb c", 2, null, "aaa bb|c")]
    [TestCase("aaa bb c", 1, null, "aaa|bb|c")]
    [TestCase("aaa bb c", 10, 5, "aaa bb|c")]
    [TestCase("aaa bb c", 10, 6, "aaa bb c")]
    [TestCase("aaa bb c", 10, 4, "aaa|bb c")]
    [TestCase("aaaa bb c", 10, 3, "aaaa|bb c")]
    public void Cut_makes_pieces_that_are_allowed_and_as_large_as_they_may_be(string texts, int maxTexts, int? maxCharacters, string pieces)
    {
        var limits = new BatchLimits(new() { BatchSize = maxTexts, MaxBatchCharacters = maxCharacters });
        var slots = Slots(texts);

        var cut = limits.Cut(slots);

        Assert.That(string.Join('|', cut.Select(piece => string.Join(' ', piece.ToArray().Select(slot => slot.Text)))), Is.EqualTo(pieces));
        Assert.That(limits.Allow(slots), Is.EqualTo(cut.Count == 1));
    }

    [Test]
    public void Text_that_is_too_long_alone_is_asked_alone() =>
        Assert.That(new BatchLimits(new() { BatchSize = 2, MaxBatchCharacters = 1 }).Allow(Slots("aaa")), Is.True);

    [Test]
    public void Limits_become_narrower_only()
    {
        var limits = new BatchLimits(new() { BatchSize = 10, MaxBatchCharacters = 100 });

        limits.LearnTexts(5);
        limits.LearnTexts(7);
        limits.LearnCharacters(50);
        limits.LearnCharacters(70);

        Assert.That((limits.MaxTexts, limits.MaxCharacters), Is.EqualTo((5, 50L)));
    }

    [Test]
    public void Budget_that_nobody_told_is_free() => Assert.That(new RequestBudget(Second).FreeFrom(1000, TimeSpan.Zero), Is.EqualTo(TimeSpan.MinValue));

    [TestCase(3, true)]
    [TestCase(4, false)]
    public void Budget_lets_through_what_is_left_of_it(int amount, bool isFree)
    {
        var budget = new RequestBudget(10 * Second);
        budget.Set(remaining: 6, reset: 5 * Second, now: Second, underWay: 2);
        budget.Spend(1);

        Assert.That(budget.FreeFrom(amount, Second), Is.EqualTo(isFree ? TimeSpan.MinValue : 6 * Second));
    }

    [Test]
    public void Budget_is_free_again_when_it_is_counted_anew()
    {
        var budget = new RequestBudget(10 * Second);
        budget.Set(remaining: 0, reset: 5 * Second, now: Second, underWay: 0);

        Assert.That((budget.FreeFrom(1, 6 * Second - TimeSpan.FromTicks(1)), budget.FreeFrom(1, 6 * Second)), Is.EqualTo((6 * Second, TimeSpan.MinValue)));
    }

    [Test]
    public void Budget_never_waits_longer_than_the_longest_wait()
    {
        var budget = new RequestBudget(10 * Second);
        budget.Set(remaining: 0, reset: 11 * Second, now: Second, underWay: 0);

        Assert.That(budget.FreeFrom(1, Second), Is.EqualTo(11 * Second));
    }

    [TestCase(null, 5)]
    [TestCase(0L, null)]
    public void Half_a_word_about_a_budget_says_nothing(long? remaining, int? seconds)
    {
        var budget = new RequestBudget(10 * Second);
        budget.Set(remaining, seconds is { } reset ? reset * Second : null, Second, 0);

        Assert.That(budget.FreeFrom(1, Second), Is.EqualTo(TimeSpan.MinValue));
    }

    [TestCase(1, 1, 1d)]
    [TestCase(1, 2, 2d)]
    [TestCase(1, 5, 16d)]
    [TestCase(1, 6, 20d)]
    [TestCase(1, 1000, 20d)]
    [TestCase(30, 1, 30d)]
    [TestCase(30, 2, 30d)]
    [TestCase(0, 3, 0d)]
    public void Waits_double_up_to_the_longest_and_are_spread_by_a_quarter(int first, int attempt, double seconds)
    {
        var waits = Enumerable.Range(0, 200).Select(_ => Backoff.Delay(first * Second, attempt).TotalSeconds).ToList();

        Assert.That(waits, Has.All.InRange(seconds * 0.75, seconds * 1.25));
        Assert.That(waits.Distinct().Count(), seconds == 0 ? Is.EqualTo(1) : Is.GreaterThan(1));
    }

    private static TextSlot[] Slots(string texts) => [.. texts.Split(' ').Select((text, i) => new TextSlot(i, text))];
}
