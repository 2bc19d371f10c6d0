using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Streaming;

/// <summary>The text alone, of a stream of chunks.</summary>
[CancelAfter(10_000)]
public class ChatTextTests
{
    private const string Second = """
        data: {"choices":[{"index":1,"delta":{"content":"another answer"}}]}


        """;

    private const string Empty = """
        data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}


        """;

    [Test]
    public async Task TextAsync_keeps_the_pieces_of_the_first_answer(CancellationToken token)
    {
        using var client = Clients.Streaming(Empty + Answers.Text + Second + Answers.Text + Answers.Stop + Second.Replace("\"content\":\"another answer\"", "", StringComparison.Ordinal).Replace("{}", "{},\"finish_reason\":\"stop\"", StringComparison.Ordinal));

        Assert.That(await client.PredictStreamAsync("e", new ChatRequest("x"), token).TextAsync(token).ToListAsync(token), Is.EqualTo(new[] { "hi", "hi" }));
    }

    [Test]
    public async Task TextAsync_of_a_cut_stream_gives_what_came_and_throws(CancellationToken token)
    {
        using var client = Clients.Streaming(Answers.Text);
        var pieces = new List<string>();

        Assert.That(
            async () =>
            {
                await foreach (var piece in client.PredictStreamAsync("e", new ChatRequest("x"), token).TextAsync(token))
                {
                    pieces.Add(piece);
                }
            },
            Throws.TypeOf<DeployStreamException>());
        Assert.That(pieces, Is.EqualTo(new[] { "hi" }));
    }

    [Test]
    public void TextAsync_of_null_is_refused_at_the_call() =>
        Assert.That(() => { _ = ((IAsyncEnumerable<ChatChunk>)null!).TextAsync(); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("chunks"));

    [TestCase("""{"choices":[]}""", "")]
    [TestCase("""{"choices":[{"index":1,"delta":{"content":"b"}}]}""", "")]
    [TestCase("""{"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}""", "a")]
    [TestCase("""{"choices":[{"index":0,"delta":{}}]}""", "")]
    public void Text_is_that_of_the_answer_with_the_index_0(string json, string text) =>
        Assert.That(JsonSerializer.Deserialize(json, DeployJson.Default.ChatChunk)!.Text, Is.EqualTo(text));

    [TestCase("""{"choices":[]}""", "")]
    [TestCase("""{"choices":[{"index":1,"text":"b"}]}""", "")]
    [TestCase("""{"choices":[{"index":1,"text":"b"},{"index":0,"text":"a"}]}""", "a")]
    [TestCase("""{"choices":[{"index":0}]}""", "")]
    public void Text_of_a_completion_is_that_of_the_answer_with_the_index_0(string json, string text) =>
        Assert.That(JsonSerializer.Deserialize(json, DeployJson.Default.CompletionChunk)!.Text, Is.EqualTo(text));
}
