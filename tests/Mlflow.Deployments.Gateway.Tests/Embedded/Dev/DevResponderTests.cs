using System.Text.Json.Nodes;
using CsCheck;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Embedded;
using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DevResponderTests
{
    private const string Facts = "Quillmark is a note-taking service. The team plan costs 12 euros a month. The free plan holds up to 100 notes.";

    private static readonly DevResponder Responder = new(new DevResponderSettings());

    [TestCase("Hi, you", "Hello there.")]
    [TestCase("How do refunds work?", "Within 14 days.")]
    [TestCase("hi, refund please", "Hello there.")]
    public void Answer_a_scripted_reply_that_matches_comes_first(string question, string expected)
    {
        DevAnswer answer = new DevResponder(new DevResponderSettings { Replies = [new("/^hi\\b/i", "Hello there."), new("Refund", "Within 14 days.")] })
            .Answer(new ChatRequest(question) { ResponseFormat = ResponseFormat.JsonObject });

        Assert.That((answer.Rule, answer.Choices[0].Text), Is.EqualTo((DevRules.Scripted, expected)));
    }

    [Test]
    public void Answer_scripted_replies_look_at_the_last_message_of_the_user()
    {
        var responder = new DevResponder(new DevResponderSettings { Replies = [new("refund", "Within 14 days.")] });

        DevAnswer answer = responder.Answer(Chat(ChatMessage.User("refund"), ChatMessage.Assistant("Within 14 days."), ChatMessage.User("Thanks")));

        Assert.That(answer.Rule, Is.EqualTo(DevRules.Echo));
    }

    [Test]
    public void Answer_a_scripted_pattern_that_takes_too_long_says_which()
    {
        var responder = new DevResponder(new DevResponderSettings { Replies = [new("/^(a+)+$/", "never")] });

        Assert.That(() => responder.Answer(new ChatRequest(new string('a', 40) + "!")), Throws.InvalidOperationException.With.Message.Contains("/^(a+)+$/"));
    }

    [Test]
    public void Answer_out_of_the_context_of_the_messages()
    {
        DevAnswer answer = Responder.Answer(Chat(ChatMessage.System(Facts), ChatMessage.User("How much does the team plan cost?")));

        Assert.Multiple(() =>
        {
            Assert.That(answer.Rule, Is.EqualTo(DevRules.Extractive));
            Assert.That(answer.Choices[0].Text, Is.EqualTo("The team plan costs 12 euros a month."));
            Assert.That(answer.Score, Is.GreaterThan(0.25));
        });
    }

    [Test]
    public void Answer_below_the_least_score_is_an_echo()
    {
        var responder = new DevResponder(new DevResponderSettings { MinScore = 2 });

        DevAnswer answer = responder.Answer(Chat(ChatMessage.System(Facts), ChatMessage.User("How much does the team plan cost?")));

        Assert.That((answer.Rule, answer.Score), Is.EqualTo((DevRules.Echo, (double?)null)));
    }

    [Test]
    public void Answer_otherwise_an_echo_that_says_what_it_is()
    {
        DevAnswer answer = Responder.Answer(new ChatRequest("Good morning!"));

        Assert.That(answer.Choices[0].Text, Is.EqualTo(
            "This answer comes from the gateway's development responder, not from a language model. You wrote: Good morning!"));
    }

    [Test]
    public void Answer_parts_of_a_message_are_read_as_one_text()
    {
        ChatMessage message = ChatMessage.User(ContentPart.FromText("Good "), ContentPart.FromImageUrl("https://example.com/a"), ContentPart.FromText("day"));

        DevAnswer answer = Responder.Answer(Chat(message));

        Assert.That(answer.Choices[0].Text, Does.EndWith("You wrote: Good day"));
    }

    [Test]
    public void Answer_without_text_of_a_user_says_so()
    {
        Assert.That(Responder.Answer(Chat(ChatMessage.System("Be brief."))).Choices[0].Text, Does.EndWith("The request holds no text of a user."));
    }

    [TestCase("four", "one two three ")]
    [TestCase("two", "one ")]
    [TestCase("one", "")]
    [TestCase("five", "one two three four")]
    [TestCase("", "one two three four")]
    public void Answer_ends_before_a_stop_text(string stop, string expected)
    {
        DevAnswer answer = Fixed("one two three four").Answer(new ChatRequest("go") { Stop = ["nothing", stop] });

        Assert.That((answer.Choices[0].Text, answer.Choices[0].FinishReason), Is.EqualTo((expected, FinishReason.Stop)));
    }

    [Test]
    public void Answer_the_earliest_of_several_stop_texts_counts()
    {
        Assert.That(Fixed("one two three").Answer(new ChatRequest("go") { Stop = ["three", "two"] }).Choices[0].Text, Is.EqualTo("one "));
    }

    [TestCase(2, null)]
    [TestCase(null, 2)]
    [TestCase(1, 2)]
    public void Answer_a_longer_one_is_cut_to_the_tokens_asked_for(int? maxTokens, int? maxCompletionTokens)
    {
        DevAnswer answer = Fixed("one two three four").Answer(new ChatRequest("go") { MaxTokens = maxTokens, MaxCompletionTokens = maxCompletionTokens });

        Assert.Multiple(() =>
        {
            Assert.That(answer.Choices[0].Text, Is.EqualTo("one two"));
            Assert.That(answer.Choices[0].FinishReason, Is.EqualTo(FinishReason.Length));
            Assert.That(answer.Usage.CompletionTokens, Is.EqualTo(2));
        });
    }

    [Test]
    public void Answer_that_just_fits_is_not_cut()
    {
        DevAnswer answer = Fixed("one two three four").Answer(new ChatRequest("go") { MaxTokens = 4 });

        Assert.That((answer.Choices[0].Text, answer.Choices[0].FinishReason), Is.EqualTo(("one two three four", FinishReason.Stop)));
    }

    [Test]
    public void Answer_several_choices_are_equal_and_all_counted()
    {
        DevAnswer answer = Fixed("one two").Answer(new ChatRequest("go") { N = 3 });

        Assert.Multiple(() =>
        {
            Assert.That(answer.Choices.Select(c => c.Text), Is.EqualTo(new[] { "one two", "one two", "one two" }));
            Assert.That(answer.Usage.CompletionTokens, Is.EqualTo(6));
        });
    }

    [TestCase(0)]
    [TestCase(129)]
    public void Answer_too_few_or_too_many_choices_throws(int count)
    {
        Assert.That(() => Responder.Answer(new ChatRequest("go") { N = count }), Throws.InstanceOf<DevRequestException>());
    }

    [Test]
    public void Answer_counts_the_tokens_of_all_messages()
    {
        DevAnswer answer = Fixed("one two").Answer(Chat(ChatMessage.System("Be brief."), ChatMessage.User("How old are you?")));

        int prompt = SentenceEncoder.Shared.CountTokens("Be brief.") + SentenceEncoder.Shared.CountTokens("How old are you?");
        Assert.That(answer.Usage, Is.EqualTo(new TokenUsage { PromptTokens = prompt, CompletionTokens = 2, TotalTokens = prompt + 2 }));
    }

    [Test]
    public void Answer_the_same_request_has_the_same_key_and_another_has_another()
    {
        string key = Responder.Answer(new ChatRequest("Hello")).Key;

        Assert.Multiple(() =>
        {
            Assert.That(Responder.Answer(new ChatRequest("Hello")).Key, Is.EqualTo(key));
            Assert.That(Responder.Answer(new ChatRequest("Hello") { StreamOptions = new() { IncludeUsage = true } }).Key, Is.EqualTo(key));
            Assert.That(Responder.Answer(new ChatRequest("Hello") { Temperature = 1 }).Key, Is.Not.EqualTo(key));
            Assert.That(Responder.Answer(new ChatRequest("Hello!")).Key, Is.Not.EqualTo(key));
        });
    }

    [Test]
    public void Answer_in_json_without_schema_puts_the_answer_into_an_object()
    {
        ChatRequest question = Chat(ChatMessage.System(Facts), ChatMessage.User("How much does the team plan cost?"));

        DevAnswer answer = Responder.Answer(question with { ResponseFormat = ResponseFormat.JsonObject });

        Assert.Multiple(() =>
        {
            Assert.That(answer.Rule, Is.EqualTo(DevRules.Json));
            Assert.That(answer.Choices[0].Text, Is.EqualTo("""{"answer":"The team plan costs 12 euros a month."}"""));
        });
    }

    [Test]
    public void Answer_in_json_follows_the_schema()
    {
        var schema = JsonNode.Parse("""{"type":"object","properties":{"city":{"type":"string"},"unit":{"enum":["c","f"]}},"required":["city","unit"]}""")!;

        DevAnswer answer = Responder.Answer(new ChatRequest("Weather in Oslo, in F?") { ResponseFormat = ResponseFormat.ForJsonSchema("weather", schema) });

        Assert.That(answer.Choices[0].Text, Is.EqualTo("""{"city":"Oslo","unit":"f"}"""));
    }

    [Test]
    public void Answer_with_the_text_format_is_plain_text()
    {
        Assert.That(Responder.Answer(new ChatRequest("Hello") { ResponseFormat = ResponseFormat.Text }).Rule, Is.EqualTo(DevRules.Echo));
    }

    [Test]
    public void Answer_any_text_the_pieces_make_up_the_text_within_the_limits()
    {
        Gen.Select(Gen.String[Gen.Char['\u0020', '\u00ff'], 0, 60], Gen.Int[1, 20]).Sample((text, most) =>
        {
            DevChoice choice = Responder.Answer(new ChatRequest(text) { MaxTokens = most }).Choices[0];
            DevChoice whole = Responder.Answer(new ChatRequest(text)).Choices[0];
            return choice.Pieces.Count <= most
                && whole.Text.StartsWith(choice.Text, StringComparison.Ordinal)
                && choice.FinishReason == (choice.Text == whole.Text ? FinishReason.Stop : FinishReason.Length);
        });
    }

    private static DevResponder Fixed(string reply) => new(new DevResponderSettings { Replies = [new("", reply)] });

    private static ChatRequest Chat(params IReadOnlyList<ChatMessage> messages) => new() { Messages = messages };
}
