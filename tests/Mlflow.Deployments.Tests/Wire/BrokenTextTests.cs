using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Wire;

/// <summary>JSON whose form is right, but whose text is none: half of a surrogate pair, or bytes that are no UTF-8.</summary>
[CancelAfter(10_000)]
public class BrokenTextTests
{
    private const string HalfOfAPair = "\\ud83d";

    private static readonly Func<DeployClient, IAsyncEnumerable<object>>[] Streams =
    [
        client => client.PredictStreamAsync("e", new ChatRequest("x")),
        client => client.PredictStreamAsync("e", new CompletionRequest("x")),
        client => client.PredictStreamAsync("e", new JsonObject()),
    ];

    [Test]
    public async Task PredictStreamAsync_whose_event_holds_half_of_a_pair_throws_as_a_stream_that_fails(
        [Values(0, 1)] int stream,
        [Values(
            """{"choices":[{"index":0,"delta":{"content":"@"},"text":"@"}]}""",
            """{"id":"@","choices":[]}""",
            """{"error":{"message":"@"}}""")] string json,
        CancellationToken token)
    {
        using var client = Clients.Streaming($"data: {json.Replace("@", HalfOfAPair, StringComparison.Ordinal)}\n\n");

        await Assert.ThrowsAsync<DeployStreamException>(() => Streams[stream](client).ToListAsync(token).AsTask());
    }

    [Test]
    public async Task PredictStreamAsync_whose_event_is_no_UTF8_throws_as_a_stream_that_fails(
        [Values(0, 1, 2)] int stream, [Values("""{"choices":[{"index":0,"delta":{"content":"@"},"text":"@"}],"error":"@"}""", """{"error":{"message":"@","code":"@"}}""")] string json, CancellationToken token)
    {
        using var client = Clients.Streaming(new MemoryStream([.. "data: "u8, .. WithBrokenBytes(json), .. "\n\n"u8]));

        await Assert.ThrowsAsync<DeployStreamException>(() => Streams[stream](client).ToListAsync(token).AsTask());
    }

    [TestCase("""{"model":"@","data":[]}""")]
    [TestCase("""{"data":[{"embedding":"@","index":0}]}""")]
    public async Task PredictAsync_of_embeddings_whose_answer_is_no_UTF8_throws(string json)
    {
        using var client = Clients.Answering(new StubHandler(_ => new(System.Net.HttpStatusCode.OK) { Content = new ByteArrayContent(WithBrokenBytes(json)) }));

        await Assert.ThrowsAsync<DeployException>(() => client.PredictAsync("e", new EmbeddingRequest("x")));
    }

    [Test]
    public async Task GetHealthAsync_whose_word_is_no_UTF8_has_no_word()
    {
        using var client = Clients.Answering(new StubHandler(_ => new(System.Net.HttpStatusCode.OK) { Content = new ByteArrayContent(WithBrokenBytes("""{"status":"@"}""")) }));

        var health = await client.GetHealthAsync();

        Assert.That((health.IsHealthy, health.Status), Is.EqualTo((true, (string?)null)));
    }

    [Test]
    public void ServerError_of_text_that_is_no_UTF8_keeps_what_can_be_read() =>
        Assert.That(ServerError.Parse(WithBrokenBytes("""{"detail":"so @"}""")).Message, Does.Contain("so"));

    private static byte[] WithBrokenBytes(string json) => [.. Encoding.Latin1.GetBytes(json.Replace('@', '\u00FF'))];
}
