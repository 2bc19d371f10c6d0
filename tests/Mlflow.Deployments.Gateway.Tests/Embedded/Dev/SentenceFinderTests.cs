using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SentenceFinderTests
{
    private const string Context = """
        Quillmark is a note-taking service. The team plan costs 12 euros a month for each user.
        The free plan holds up to 100 notes. Changes of the configuration file are read without a restart.
        You can cancel the subscription at any time. Support answers within two working days.
        The company was founded in 2011 in Lisbon.
        """;

    [TestCase("How much does the team plan cost?", "The team plan costs 12 euros a month for each user.")]
    [TestCase("Do I need to restart after editing the configuration?", "Changes of the configuration file are read without a restart.")]
    [TestCase("Can I quit the subscription?", "You can cancel the subscription at any time.")]
    [TestCase("How fast is support?", "Support answers within two working days.")]
    public void Find_gives_the_sentence_that_answers(string question, string expected)
    {
        (string Sentence, double Score)? found = SentenceFinder.Find([Context, question], question, 0.25);

        Assert.That(found?.Sentence, Is.EqualTo(expected));
    }

    [Test]
    public void Find_context_and_question_in_one_message()
    {
        string prompt = $"Context:\n{Context}\nQuestion: How much does the team plan cost?\nAnswer:";

        Assert.That(SentenceFinder.Find([prompt], prompt, 0.25)?.Sentence, Is.EqualTo("The team plan costs 12 euros a month for each user."));
    }

    [Test]
    public void Find_the_score_decides_against_the_threshold()
    {
        const string Question = "How much does the team plan cost?";
        double score = SentenceFinder.Find([Context], Question, 0.25)!.Value.Score;

        Assert.Multiple(() =>
        {
            Assert.That(score, Is.InRange(0.25, 1.5));
            Assert.That(SentenceFinder.Find([Context], Question, score), Is.Not.Null);
            Assert.That(SentenceFinder.Find([Context], Question, score + 0.001), Is.Null);
        });
    }

    [TestCase("You are a helpful assistant.", "How much does the team plan cost?")]
    [TestCase("What does the team plan cost? How much is the free plan? Is it cheap?", "How much does the team plan cost?")]
    [TestCase("", "How much does the team plan cost?")]
    [TestCase(Context, "")]
    [TestCase(Context, "\n \n")]
    public void Find_too_little_text_gives_nothing(string context, string question)
    {
        Assert.That(SentenceFinder.Find([context, question], question, 0.25), Is.Null);
    }

    [Test]
    public void Find_in_a_long_context_still_finds_the_sentence_that_shares_words()
    {
        string filler = string.Concat(Enumerable.Range(0, 2000).Select(i => $"Paragraph {i} tells nothing of use. "));

        (string Sentence, double Score)? found = SentenceFinder.Find([filler + Context], "How much does the team plan cost?", 0.25);

        Assert.That(found?.Sentence, Is.EqualTo("The team plan costs 12 euros a month for each user."));
    }
}
