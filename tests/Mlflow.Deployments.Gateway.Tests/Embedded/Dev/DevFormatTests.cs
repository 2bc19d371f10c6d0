using System.Text.Json.Nodes;
using CsCheck;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DevFormatTests
{
    private static readonly DateTimeOffset Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly DevResponder Responder = new(new DevResponderSettings());
    private static readonly DevResponder Fixed = new(new DevResponderSettings { Replies = [new("", "one two")] });
    private static readonly ChatTool Weather = ChatTool.FromFunction(
        "get_weather", parameters: JsonNode.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""")!.AsObject());

    [Test]
    public void ToChatResponse_fills_every_field()
    {
        DevAnswer answer = Fixed.Answer(new ChatRequest("go") { N = 2 });

        ChatResponse response = answer.ToChatResponse(Created);

        Assert.Multiple(() =>
        {
            Assert.That(response.Id, Is.EqualTo("chatcmpl-dev-" + answer.Key));
            Assert.That(response.Object, Is.EqualTo("chat.completion"));
            Assert.That(response.Created, Is.EqualTo(1_700_000_000));
            Assert.That(response.Model, Is.EqualTo("dev"));
            Assert.That(response.Choices.Select(c => (c.Index, c.Message.Role, c.Message.Content, c.FinishReason)), Is.EqualTo(new[]
            {
                (0, ChatRole.Assistant, "one two", FinishReason.Stop),
                (1, ChatRole.Assistant, "one two", FinishReason.Stop),
            }));
            Assert.That(response.Usage, Is.EqualTo(answer.Usage));
            Assert.That(response.Extra!["dev"].GetRawText(), Is.EqualTo("""{"rule":"scripted"}"""));
        });
    }

    [Test]
    public void ToChatResponse_tells_the_score_of_an_extracted_sentence()
    {
        ChatMessage[] messages = [ChatMessage.System("The sky is blue today. The grass is green here."), ChatMessage.User("What colour is the sky?")];

        ChatResponse response = Responder.Answer(new ChatRequest { Messages = messages }).ToChatResponse(Created);

        Assert.That(response.Extra!["dev"].GetProperty("score").GetDouble(), Is.InRange(0.25, 1.5));
    }

    [Test]
    public void ToChatResponse_of_a_tool_call_has_no_text()
    {
        DevAnswer answer = Responder.Answer(new ChatRequest("weather in Paris") { Tools = [Weather], N = 2 });

        ChatResponse response = answer.ToChatResponse(Created);

        ToolCall[] calls = [.. response.Choices.Select(c => c.Message.ToolCalls!.Single())];
        Assert.Multiple(() =>
        {
            Assert.That(response.Choices.Select(c => c.Message.Content), Is.All.Null);
            Assert.That(calls.Select(c => (c.Id, c.Type)), Is.EqualTo(new[] { ($"call_{answer.Key}_0", "function"), ($"call_{answer.Key}_1", "function") }));
            Assert.That(calls.Select(c => (c.Function!.Name, c.Function.Arguments)), Is.All.EqualTo(("get_weather", """{"city":"Paris"}""")));
        });
    }

    [Test]
    public void ToChatChunks_role_first_then_tokens_then_the_reason_then_the_usage()
    {
        DevAnswer answer = Fixed.Answer(new ChatRequest("go"));

        ChatChunk[] chunks = [.. answer.ToChatChunks(Created, includeUsage: true)];

        Assert.Multiple(() =>
        {
            Assert.That(chunks.Select(c => c.Choices.SingleOrDefault()?.Delta.Role.Value), Is.EqualTo(new[] { "assistant", null, null, null, null }));
            Assert.That(chunks.Select(c => c.Choices.SingleOrDefault()?.Delta.Content), Is.EqualTo(new[] { "", "one", " two", null, null }));
            Assert.That(chunks.Select(c => c.Choices.SingleOrDefault()?.FinishReason.Value), Is.EqualTo(new[] { null, null, null, "stop", null }));
            Assert.That(chunks.Select(c => c.Usage), Is.EqualTo(new[] { null, null, null, null, answer.Usage }));
            Assert.That(chunks.Select(c => (c.Id, c.Object)), Is.All.EqualTo(("chatcmpl-dev-" + answer.Key, "chat.completion.chunk")));
            Assert.That(chunks.Select(c => (c.Created, c.Model)), Is.All.EqualTo(((long?)1_700_000_000, "dev")));
        });
    }

    [Test]
    public void ToChatChunks_usage_only_when_asked_for()
    {
        Assert.That(Fixed.Answer(new ChatRequest("go")).ToChatChunks(Created, includeUsage: false).Select(c => c.Usage), Is.All.Null);
    }

    [Test]
    public void ToChatChunks_of_a_tool_call_name_first_then_the_arguments()
    {
        DevAnswer answer = Responder.Answer(new ChatRequest("weather in Paris") { Tools = [Weather] });

        ChatChunk[] chunks = [.. answer.ToChatChunks(Created, includeUsage: false)];

        ToolCall[] calls = [.. chunks.SelectMany(c => c.Choices[0].Delta.ToolCalls ?? [])];
        Assert.Multiple(() =>
        {
            Assert.That((calls[0].Id, calls[0].Type, calls[0].Function!.Name), Is.EqualTo(($"call_{answer.Key}_0", "function", "get_weather")));
            Assert.That(calls.Skip(1).Select(c => (c.Id, c.Function!.Name)), Is.All.EqualTo(((string?)null, (string?)null)));
            Assert.That(calls.Select(c => c.Index), Is.All.EqualTo(0));
            Assert.That(string.Concat(calls.Select(c => c.Function!.Arguments)), Is.EqualTo("""{"city":"Paris"}"""));
            Assert.That(chunks[^1].Choices[0].FinishReason, Is.EqualTo(FinishReason.ToolCalls));
        });
    }

    [Test]
    public void ToChatChunks_any_answer_the_pieces_of_each_choice_make_up_its_text()
    {
        Gen.Select(Gen.String[Gen.Char['\u0020', '\u00ff'], 0, 60], Gen.Int[1, 3]).Sample((text, count) =>
        {
            DevAnswer answer = Responder.Answer(new ChatRequest(text) { N = count });
            IEnumerable<ChatChunkChoice> choices = answer.ToChatChunks(Created, includeUsage: true).SelectMany(c => c.Choices);
            ILookup<int, string> pieces = choices.ToLookup(c => c.Index, c => c.Delta.Content ?? "");
            return answer.ToChatResponse(Created).Choices.All(c => string.Concat(pieces[c.Index]) == c.Message.Content);
        });
    }

    [TestCase("Good morning", DevRules.Echo, DevResponder.EchoNotice + " You wrote: Good morning")]
    [TestCase("The sky is blue today. The grass is green here.\nQ: What colour is the sky?\nA:", DevRules.Extractive, "The sky is blue today.")]
    public void ToCompletionResponse_fills_every_field(string prompt, string rule, string text)
    {
        DevAnswer answer = Responder.Answer(new CompletionRequest(prompt));

        CompletionResponse response = answer.ToCompletionResponse(Created);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Rule, Is.EqualTo(rule));
            Assert.That(response.Id, Is.EqualTo("cmpl-dev-" + answer.Key));
            Assert.That(response.Object, Is.EqualTo("text_completion"));
            Assert.That(response.Created, Is.EqualTo(1_700_000_000));
            Assert.That(response.Model, Is.EqualTo("dev"));
            Assert.That(response.Choices.Select(c => (c.Index, c.Text, c.FinishReason)), Is.EqualTo(new[] { (0, text, FinishReason.Stop) }));
            Assert.That(response.Usage, Is.EqualTo(answer.Usage));
        });
    }

    [Test]
    public void ToCompletionResponse_limits_and_scripted_replies_apply()
    {
        CompletionResponse response = Fixed.Answer(new CompletionRequest("go") { N = 2, MaxTokens = 1 }).ToCompletionResponse(Created);

        Assert.Multiple(() =>
        {
            Assert.That(response.Choices.Select(c => (c.Text, c.FinishReason)), Is.All.EqualTo(("one", FinishReason.Length)));
            Assert.That(response.Usage!.CompletionTokens, Is.EqualTo(2));
        });
    }

    [Test]
    public void ToCompletionChunks_tokens_then_the_reason_then_the_usage()
    {
        DevAnswer answer = Fixed.Answer(new CompletionRequest("go") { Stop = ["two"] });

        CompletionChunk[] chunks = [.. answer.ToCompletionChunks(Created, includeUsage: true)];

        Assert.Multiple(() =>
        {
            Assert.That(chunks.Select(c => c.Choices.SingleOrDefault()?.Text), Is.EqualTo(new[] { "one", " ", "", null }));
            Assert.That(chunks.Select(c => c.Choices.SingleOrDefault()?.FinishReason.Value), Is.EqualTo(new[] { null, null, "stop", null }));
            Assert.That(chunks[^1].Usage, Is.EqualTo(answer.Usage));
            Assert.That(chunks.Select(c => (c.Id, c.Object)), Is.All.EqualTo(("cmpl-dev-" + answer.Key, "text_completion_chunk")));
            Assert.That(chunks.Select(c => (c.Created, c.Model)), Is.All.EqualTo(((long?)1_700_000_000, "dev")));
        });
    }
}
