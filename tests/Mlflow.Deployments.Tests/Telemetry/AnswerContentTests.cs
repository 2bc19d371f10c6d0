using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Telemetry;

namespace Mlflow.Deployments.Tests.Telemetry;

/// <summary>What is shown of an answer where content may be shown.</summary>
public class AnswerContentTests
{
    private const string Hi = """[{"role":"assistant","parts":[{"type":"text","content":"hi"}]}]""";

    private static readonly TestCaseData[] Answers =
    [
        new TestCaseData(new ChatResponse { Choices = [new() { Message = new() { Role = ChatRole.Assistant, Content = "hi" } }] }).Returns(Hi).SetArgDisplayNames("chat"),
        new TestCaseData(new CompletionResponse { Choices = [new() { Text = "hi" }] }).Returns(Hi).SetArgDisplayNames("completion"),
        new TestCaseData(JsonNode.Parse("""{"choices":[{"message":{"role":"assistant","content":"hi"}}]}""")).Returns(Hi).SetArgDisplayNames("untyped"),
        new TestCaseData(new EmbeddingResponse { Data = [] }).Returns(null).SetArgDisplayNames("embeddings"),
    ];

    [TestCaseSource(nameof(Answers))]
    public string? Whole_answer_is_shown_as_messages(object answer)
    {
        var content = new AnswerContent();
        content.TakeWhole(answer);
        return content.ToMessages();
    }

    [Test]
    public void Nothing_is_shown_of_nothing() => Assert.That(new AnswerContent().ToMessages(), Is.Null);

    [Test]
    public void Chunks_of_a_chat_are_shown_as_one_message() => Assert.That(
        Shown(Chunk("h"), Chunk("i")),
        Is.EqualTo(Hi));

    [Test]
    public void Chunks_of_completions_are_shown_choice_by_choice() => Assert.That(
        Shown(
            new CompletionChunk { Choices = [new() { Index = 1, Text = "b" }, new() { Index = 0, Text = "a" }] },
            new CompletionChunk { Choices = [new() { Index = 0, Text = "A" }, new() { Index = 1, Text = "B" }] }),
        Is.EqualTo("""[{"role":"assistant","parts":[{"type":"text","content":"aA"}]},{"role":"assistant","parts":[{"type":"text","content":"bB"}]}]"""));

    [TestCase("""{"choices":[{"delta":{"content":"hi"}}]}""", Hi)]
    [TestCase("""{"choices":[{"text":"hi"}]}""", Hi)]
    [TestCase("""{"choices":[{"index":3,"text":"hi"}]}""", Hi)]
    [TestCase("""{"choices":[{"text":5},{"delta":{}},{"delta":"hi"},{},"hi"]}""", null)]
    [TestCase("""{"choices":"hi"}""", null)]
    [TestCase("""{"text":"hi"}""", null)]
    public void Untyped_chunk_is_shown_where_its_text_is_found(string chunk, string? messages) => Assert.That(Shown(JsonNode.Parse(chunk)!), Is.EqualTo(messages));

    [Test]
    public void Untyped_chunks_are_shown_choice_by_choice() => Assert.That(
        Shown(JsonNode.Parse("""{"choices":[{"index":1,"text":"b"},{"text":"a"}]}""")!, JsonNode.Parse("""{"choices":[{"index":1,"text":"B"},{"index":"1","text":"A"}]}""")!),
        Is.EqualTo("""[{"role":"assistant","parts":[{"type":"text","content":"aA"}]},{"role":"assistant","parts":[{"type":"text","content":"bB"}]}]"""));

    private static ChatChunk Chunk(string text) => new() { Choices = [new() { Index = 0, Delta = new() { Role = ChatRole.Assistant, Content = text } }] };

    private static string? Shown(params object[] chunks)
    {
        var content = new AnswerContent();
        foreach (var chunk in chunks)
        {
            content.TakeChunk(chunk);
        }

        return content.ToMessages();
    }
}
