using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Streaming;

/// <summary>How a stream says that it is whole, and how it is seen that it is not.</summary>
[CancelAfter(10_000)]
public class StreamEndTests
{
    private const string Usage = """{"choices":[],"usage":{"total_tokens":3}}""";

    [TestCase("data: [DONE] \n\n")]
    [TestCase("data:  [DONE]\t\n\n")]
    [TestCase("data: [DONE] ")]
    public async Task DONE_with_white_space_around_it_is_the_end(string done, CancellationToken token)
    {
        using var client = Clients.Streaming(Answers.Text + done);

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("hi"));
    }

    [Test]
    public async Task Usage_behind_the_last_finish_reason_is_kept_also_without_a_line_end(CancellationToken token)
    {
        using var client = Clients.Streaming($"{Answers.Text}{Answers.Stop}data: {Usage}");

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Usage!.TotalTokens, Is.EqualTo(3));
    }

    [Test]
    public async Task Event_that_is_cut_behind_the_last_finish_reason_throws([Values(7, 12, 30, 46)] int length, CancellationToken token)
    {
        using var client = Clients.Streaming($"{Answers.Text}{Answers.Stop}{$"data: {Usage}"[..length]}");

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain("cut off in the middle of an event"));
            Assert.That((failure!.ChunksReceived, failure.IsTransient), Is.EqualTo((2, true)));
        });
    }

    [TestCase("data: [DON")]
    [TestCase("data: ")]
    [TestCase("da")]
    [TestCase(": bye")]
    public async Task Nothing_is_missing_where_only_DONE_or_a_comment_is_cut(string rest, CancellationToken token)
    {
        using var client = Clients.Streaming(Answers.Text + Answers.Stop + rest);

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("hi"));
    }

    [TestCase("data: [DON")]
    [TestCase("data: [")]
    [TestCase("data: ")]
    public async Task Half_of_DONE_ends_no_answer_without_a_finish_reason(string rest, CancellationToken token)
    {
        using var client = Clients.Streaming(Answers.Text + rest);

        await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token));
    }

    [TestCase("text/event-stream")]
    [TestCase("text/plain")]
    public async Task Whole_answer_under_a_wrong_content_type_is_one_chunk(string contentType, CancellationToken token)
    {
        using var client = Answering($"  \n{Answers.Chat}", contentType);

        var chunk = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).SingleAsync(token);

        Assert.That((chunk.Text, chunk.Choices[0].FinishReason), Is.EqualTo(("hi", FinishReason.Stop)));
    }

    [Test]
    public async Task Error_in_place_of_events_throws_with_its_words_whatever_the_content_type([Values("text/event-stream", "text/plain")] string contentType, CancellationToken token)
    {
        using var client = Answering("""{"detail":"no quota"}""", contentType);

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That(failure!.Message, Does.Contain("no quota"));
    }

    [TestCase("")]
    [TestCase(": ping\n\n")]
    [TestCase("event: chunk\n")]
    public async Task Events_under_the_content_type_of_JSON_are_read_as_events(string before, CancellationToken token)
    {
        using var client = Answering(before + Answers.Text + Answers.Stop, "application/json");

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("hi"));
    }

    [Test]
    public async Task List_in_place_of_a_stream_of_any_JSON_is_one_chunk(CancellationToken token)
    {
        using var client = Answering("[0.5,1]", "application/json");

        var chunk = await client.PredictStreamAsync("bmi", new JsonObject(), token).SingleAsync(token);

        Assert.That(chunk.ToJsonString(), Is.EqualTo("[0.5,1]"));
    }

    [TestCase("""{"object":"error","message":"boom","code":429}""")]
    [TestCase("""{"type":"error","message":"boom"}""")]
    public async Task Error_event_of_its_own_kind_is_raised_in_streams_of_any_JSON(string json, CancellationToken token)
    {
        using var client = Clients.Streaming($"data: {json}\n\n");

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("custom", new JsonObject(), token).ToListAsync(token).AsTask());

        Assert.That(failure!.Message, Does.Contain("boom"));
    }

    [Test]
    public async Task An_error_that_is_false_is_none_in_streams_of_any_JSON(CancellationToken token)
    {
        using var client = Clients.Streaming("""data: {"error":false,"x":1}""" + "\n\n");

        var chunk = await client.PredictStreamAsync("custom", new JsonObject(), token).SingleAsync(token);

        Assert.That(chunk["x"]!.GetValue<int>(), Is.EqualTo(1));
    }

    [TestCase("""{"message":"boom"}""")]
    [TestCase("""{"code":500,"message":"boom"}""")]
    [TestCase("""{"type":"error","message":"boom"}""")]
    public async Task A_message_in_place_of_a_chunk_is_an_error(string json, CancellationToken token)
    {
        using var client = Clients.Streaming($"{Answers.Text}data: {json}\n\ndata: [DONE]\n\n");

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That(failure!.Message, Does.Contain("boom"));
    }

    [Test]
    public async Task Failure_of_a_stream_tells_the_request_id_and_the_limits([Values("data: {\"error\":\"boom\"}\n\n", "data: {", "")] string events, CancellationToken token)
    {
        using var client = Answering(events, "text/event-stream", ("x-request-id", "r-1"), ("x-ratelimit-remaining-requests", "7"));

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That((failure!.RequestId, failure.RateLimit?.RequestsRemaining), Is.EqualTo(("r-1", 7L)));
    }

    private static DeployClient Answering(string body, string contentType, params (string Name, string Value)[] headers) => Clients.Answering(new StubHandler(_ =>
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        foreach (var (name, value) in headers)
        {
            response.Headers.Add(name, value);
        }

        return response;
    }));
}
