using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TextAnalysisTests
{
    [TestCase("One. Two! Three? Four", new[] { "One.", "Two!", "Three?", "Four" })]
    [TestCase("- first\n* second\r\n\n# third", new[] { "first", "second", "third" })]
    [TestCase("It costs 3.50 at example.com, e.g. today.", new[] { "It costs 3.50 at example.com, e.g. today." })]
    [TestCase(" \n ", new string[0])]
    public void Split_cuts_at_line_ends_and_behind_sentences(string text, string[] expected)
    {
        Assert.That(Sentences.Split(text), Is.EqualTo(expected));
    }

    [TestCase("What is the price of the Team plans?", new[] { "price", "team", "plan" })]
    [TestCase("getCurrentWeather", new[] { "current", "weather" })]
    [TestCase("get_stock_price", new[] { "stock", "price" })]
    [TestCase("the glass class 7", new[] { "glass", "class", "7" })]
    public void Of_keeps_the_words_that_tell_what_it_is_about(string text, string[] expected)
    {
        Assert.That(Words.Of(text), Is.EquivalentTo(expected));
    }

    [TestCase("city", "What is the weather in New York today?", "New York")]
    [TestCase("location", "Fly to Paris", "Paris")]
    [TestCase("name", "Make a user called Ada Lovelace please", "Ada Lovelace")]
    [TestCase("query", " cheap flights ", "cheap flights")]
    [TestCase("title", "Add a book, title: \"War and Peace\"", "War and Peace")]
    [TestCase("order_id", "The order id is A-17.", "A-17")]
    [TestCase("city", "what is the weather", null)]
    [TestCase("colour", "Paint it", null)]
    public void Text_takes_what_is_easy_to_see(string name, string message, string? expected)
    {
        Assert.That(new MessageHints(message).Text(name), Is.EqualTo(expected));
    }

    [TestCase("guests", "A table for 4 guests at 19", 4)]
    [TestCase("width", "width: 2.5 and height: 3", 2.5)]
    [TestCase("seats", "I need -3", -3)]
    [TestCase("seats", "from 1 to 9", null)]
    [TestCase("seats", "flight LH454", null)]
    public void Number_takes_the_named_or_the_only_number(string name, string message, double? expected)
    {
        Assert.That((double?)new MessageHints(message).Number(name), Is.EqualTo(expected));
    }

    [TestCase("celsius", "In Celsius please", true)]
    [TestCase("red", "A credit card", false)]
    [TestCase("red", "credit, then red", true)]
    [TestCase("", "anything", false)]
    public void Mentions_finds_whole_words(string value, string message, bool expected)
    {
        Assert.That(new MessageHints(message).Mentions(value), Is.EqualTo(expected));
    }

    [Test]
    public void Hints_of_a_hostile_message_end_in_time()
    {
        string message = "name" + new string(' ', 200_000) + new string('x', 200_000) + "=";
        var hints = new MessageHints(message);

        Assert.That((hints.Text("title"), hints.Text("city"), hints.Number("seats")), Is.EqualTo(((string?)null, (string?)null, (decimal?)null)));
    }
}
