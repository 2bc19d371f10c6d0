using System.Net;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Streaming;

/// <summary>Streams are asked to tell the tokens used; a server that does not know how is asked without, and remembered.</summary>
[CancelAfter(10_000)]
public class StreamUsageTests
{
    private const string With = """{"messages":[{"role":"user","content":"x"}],"stream":true,"stream_options":{"include_usage":true}}""";
    private const string Without = """{"messages":[{"role":"user","content":"x"}],"stream":true}""";

    private static readonly ChatRequest Request = new("x");

    [TestCase(HttpStatusCode.BadRequest, """{"error":{"message":"Unrecognized request argument supplied: stream_options"}}""")]
    [TestCase(HttpStatusCode.UnprocessableEntity, """{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}""")]
    [TestCase(HttpStatusCode.BadRequest, """{"detail":"include_usage is not supported"}""")]
    public async Task A_server_that_refuses_the_field_is_asked_once_more_without_and_remembered(HttpStatusCode status, string refusal, CancellationToken token)
    {
        var handler = Refusing(status, refusal);
        using var client = Clients.Answering(handler);

        var first = await client.PredictStreamAsync("chat", Request, token).ToChatResponseAsync(token);
        await client.PredictStreamAsync("chat", Request, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(first.Text, Is.EqualTo("hi"));
            Assert.That(handler.Bodies, Is.EqualTo(new[] { With, Without, Without }));
        });
    }

    [Test]
    public async Task The_first_refusal_is_no_warning(CancellationToken token)
    {
        var logs = new LogLines();
        using var client = Clients.Answering(Refusing(HttpStatusCode.BadRequest, "stream_options?"), new() { LoggerFactory = logs });

        await client.PredictStreamAsync("chat", Request, token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(logs.Lines.Select(line => line.Event), Does.Contain("UsageRefused"));
            Assert.That(logs.Lines.Select(line => line.Level), Has.None.GreaterThan(Microsoft.Extensions.Logging.LogLevel.Debug));
        });
    }

    [Test]
    public async Task It_is_remembered_for_that_endpoint_only(CancellationToken token)
    {
        var handler = Refusing(HttpStatusCode.BadRequest, "stream_options?");
        using var client = Clients.Answering(handler);

        await client.PredictStreamAsync("a", Request, token).ToListAsync(token);
        await client.PredictStreamAsync("b", Request, token).ToListAsync(token);

        Assert.That(handler.Bodies, Is.EqualTo(new[] { With, Without, With, Without }));
    }

    [Test]
    public async Task A_refusal_that_only_repeats_the_request_is_not_remembered(CancellationToken token)
    {
        const string echo = """{"detail":[{"loc":["body","n"],"msg":"too small","input":{"stream_options":{"include_usage":true}}}]}""";
        var answers = new Queue<HttpResponseMessage>([Clients.Json(echo, HttpStatusCode.UnprocessableEntity), Clients.Json(echo, HttpStatusCode.UnprocessableEntity), Answers.Stream()]);
        var handler = new StubHandler(_ => answers.Dequeue());
        using var client = Clients.Answering(handler);

        await Assert.ThrowsAsync<DeployRequestException>(() => client.PredictStreamAsync("chat", Request, token).ToListAsync(token).AsTask());
        await client.PredictStreamAsync("chat", Request, token).ToListAsync(token);

        Assert.That(handler.Bodies, Is.EqualTo(new[] { With, Without, With }));
    }

    [Test]
    public async Task Completions_are_asked_once_more_likewise(CancellationToken token)
    {
        var handler = new StubHandler(request => Clients.Json("stream_options?", HttpStatusCode.BadRequest));
        using var client = Clients.Answering(handler);

        await Assert.ThrowsAsync<DeployRequestException>(() => client.PredictStreamAsync("e", new CompletionRequest("x"), token).ToListAsync(token).AsTask());

        Assert.That(handler.Bodies, Is.EqualTo(new[] { """{"prompt":"x","stream":true,"stream_options":{"include_usage":true}}""", """{"prompt":"x","stream":true}""" }));
    }

    [TestCase(HttpStatusCode.BadRequest, """{"detail":"messages: too many"}""")]
    [TestCase(HttpStatusCode.Unauthorized, """{"detail":"stream_options"}""")]
    [TestCase(HttpStatusCode.InternalServerError, """{"detail":"stream_options"}""")]
    public async Task A_refusal_for_another_reason_is_thrown_at_once(HttpStatusCode status, string refusal, CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json(refusal, status));
        using var client = Clients.Answering(handler);

        await Assert.CatchAsync<DeployException>(() => client.PredictStreamAsync("chat", Request, token).ToListAsync(token).AsTask());

        Assert.That(handler.Bodies, Is.EqualTo(new[] { With }));
    }

    [Test]
    public async Task StreamOptions_of_the_request_are_sent_as_they_are_and_never_taken_out(CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json("stream_options?", HttpStatusCode.BadRequest));
        using var client = Clients.Answering(handler);

        await Assert.ThrowsAsync<DeployRequestException>(
            () => client.PredictStreamAsync("chat", Request with { StreamOptions = new() { IncludeUsage = false } }, token).ToListAsync(token).AsTask());

        Assert.That(handler.Bodies, Is.EqualTo(new[] { """{"messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":false},"stream":true}""" }));
    }

    [Test]
    public async Task Stream_options_in_Extra_are_sent_once_and_as_they_are(CancellationToken token)
    {
        var handler = new StubHandler(_ => Answers.Stream());
        using var client = Clients.Answering(handler);
        var extra = new Dictionary<string, JsonElement> { ["stream_options"] = JsonElement.Parse("""{"include_usage":false}""") };

        await client.PredictStreamAsync("chat", Request with { Extra = extra }, token).ToListAsync(token);
        await client.PredictStreamAsync("e", new CompletionRequest("x") { Extra = extra }, token).ToListAsync(token);

        Assert.That(handler.Bodies, Is.EqualTo(new[]
        {
            """{"messages":[{"role":"user","content":"x"}],"stream":true,"stream_options":{"include_usage":false}}""", """{"prompt":"x","stream":true,"stream_options":{"include_usage":false}}""",
        }));
    }

    [Test]
    public async Task IncludeStreamUsage_off_asks_for_none(CancellationToken token)
    {
        var handler = new StubHandler(_ => Answers.Stream());
        using var client = Clients.Answering(handler, new() { IncludeStreamUsage = false });

        await client.PredictStreamAsync("chat", Request, token).ToListAsync(token);

        Assert.That(handler.Bodies, Is.EqualTo(new[] { Without }));
    }

    private static StubHandler Refusing(HttpStatusCode status, string refusal) => new(
        async (request, token) => (await request.Content!.ReadAsStringAsync(token)).Contains("stream_options", StringComparison.Ordinal) ? Clients.Json(refusal, status) : Answers.Stream());
}
