using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Telemetry;

/// <summary>Prompts and answers are in spans and logs only when they are asked for.</summary>
[CancelAfter(10_000)]
public class SensitiveDataTests
{
    private static readonly ChatRequest Request = new()
    {
        Messages =
        [
            ChatMessage.System("Be <brief>."), ChatMessage.User([ContentPart.FromText("Look"), ContentPart.FromImageUrl("http://image")]),
            ChatMessage.Assistant(null, [new() { Id = "t1", Type = "function", Function = new() { Name = "look", Arguments = "{}" } }]), ChatMessage.Tool("t1", "a cat"),
        ],
    };

    [Test]
    public async Task Messages_are_written_as_the_conventions_say(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Chat);
        using var log = new CollectedLog();
        using var client = server.Client(new() { EnableSensitiveData = true, LoggerFactory = log });
        using var recorder = new Recorder(server.Address);

        await client.PredictAsync("gpt", Request, token);

        Assert.Multiple(() =>
        {
            Assert.That(recorder.Tags()["gen_ai.input.messages"], Is.EqualTo(
                """[{"role":"system","parts":[{"type":"text","content":"Be <brief>."}]},{"role":"user","parts":[{"type":"text","content":"Look"},{"type":"image_url","image_url":{"url":"http://image"}}]},"""
                + """{"role":"assistant","parts":[{"type":"tool_call","id":"t1","name":"look","arguments":"{}"}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"t1","response":"a cat"}]}]"""));
            Assert.That(
                JsonNode.DeepEquals(
                    JsonNode.Parse((string)recorder.Tags()["gen_ai.output.messages"]!),
                    JsonNode.Parse("""[{"role":"assistant","parts":[{"type":"text","content":"Grüße 👩‍🚀"}],"finish_reason":"stop"}]""")));
            Assert.That(log.Messages, Has.Some.StartsWith("chat gpt asks: {\"messages\":").And.Some.StartsWith("chat gpt answered: [{\"role\":\"assistant\""));
        });
    }

    [Test]
    public async Task Nothing_of_it_is_there_unless_asked_for(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("""{"detail":"Look, Grüße"}""", status: 400);
        using var log = new CollectedLog();
        using var client = server.Client(new() { LoggerFactory = log });
        using var recorder = new Recorder(server.Address);

        Assert.That(async () => await client.PredictAsync("gpt", Request, token), Throws.TypeOf<DeployRequestException>());
        Assert.That(async () => await client.PredictStreamAsync("gpt", Request, token).CountAsync(token), Throws.TypeOf<DeployRequestException>());

        Assert.Multiple(() =>
        {
            var shown = recorder.Spans().SelectMany(span => span.TagObjects.Select(tag => $"{tag.Value}").Append($"{span.StatusDescription}")).Concat(log.Messages).ToList();
            Assert.That(shown, Has.Count.GreaterThan(10));
            Assert.That(shown, Has.None.Contains("Look").And.None.Contains("Grüße").And.None.Contains("brief"));
        });
    }

    [Test]
    public async Task Stream_shows_what_had_come(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("Hel"), Sse.Text("lo"));
        using var client = server.Client(new() { EnableSensitiveData = true });
        using var recorder = new Recorder(server.Address);

        Assert.That(async () => await client.PredictStreamAsync("typed", new ChatRequest("Hi"), token).CountAsync(token), Throws.TypeOf<DeployStreamException>());
        Assert.That(async () => await client.PredictStreamAsync("untyped", new JsonObject { ["messages"] = new JsonArray() }, token).CountAsync(token), Throws.TypeOf<DeployStreamException>());

        Assert.Multiple(() =>
        {
            Assert.That(recorder.Spans(), Has.Count.EqualTo(2));
            Assert.That(recorder.Spans().Select(span => (string?)span.GetTagItem("gen_ai.output.messages")), Is.All.Contains("\"parts\":[{\"type\":\"text\",\"content\":\"Hello\"}]"));
            Assert.That(recorder.Spans()[0].StatusDescription, Does.Contain("was cut off"));
        });
    }

    [Test]
    public async Task Completions_show_prompt_and_text(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync(Answers.Completion);
        using var client = server.Client(new() { EnableSensitiveData = true });
        using var recorder = new Recorder(server.Address);

        await client.PredictAsync("davinci", new CompletionRequest("Hello"), token);

        Assert.That((recorder.Tags()["gen_ai.input.messages"], recorder.Tags()["gen_ai.output.messages"]), Is.EqualTo((
            """[{"role":"user","parts":[{"type":"text","content":"Hello"}]}]""",
            """[{"role":"assistant","parts":[{"type":"text","content":" there"}],"finish_reason":"length"}]""")));
    }

    [Test]
    public async Task Trace_log_alone_is_enough_to_show_content(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("Hello"), Sse.Stop(), Sse.Done);
        using var log = new CollectedLog();
        using var client = server.Client(new() { EnableSensitiveData = true, LoggerFactory = log });

        await client.PredictStreamAsync("gpt", new ChatRequest("Hi"), token).CountAsync(token);

        Assert.That(log.Messages, Has.Some.Contains("chat gpt asks:").And.Some.Contains("\"content\":\"Hello\""));
    }
}
