using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Client;

public class OddAnswerTests
{
    [TestCase("""{"error":{"message":"no quota","code":"insufficient_quota"}}""", "no quota", "insufficient_quota")]
    [TestCase("""{"detail":"no quota"}""", "no quota", null)]
    [TestCase("""{"object":"error","message":"no quota","type":"BadRequestError"}""", "no quota", null)]
    public void Error_under_a_status_of_success_is_an_error(string body, string words, string? code)
    {
        using var client = Clients.AnsweringJson(body);

        Assert.Multiple(() =>
        {
            foreach (var call in new Func<Task>[]
            {
                () => client.PredictAsync("e", new ChatRequest("x")),
                () => client.PredictAsync("e", new CompletionRequest("x")),
                () => client.PredictAsync("e", new EmbeddingRequest("x")),
            })
            {
                Assert.That(call, Throws.InstanceOf<DeployException>().With.Message.Contains(words).And.Property("ErrorCode").EqualTo(code).And.Property("StatusCode").EqualTo(HttpStatusCode.OK));
            }
        });
    }

    [TestCase("{}")]
    [TestCase("""{"hello":"world"}""")]
    public void Answer_with_nothing_of_an_answer_in_it_is_an_error(string body)
    {
        using var client = Clients.AnsweringJson(body);

        Assert.Multiple(() =>
        {
            foreach (var call in new Func<Task>[]
            {
                () => client.PredictAsync("e", new ChatRequest("x")),
                () => client.PredictAsync("e", new CompletionRequest("x")),
                () => client.PredictAsync("e", new EmbeddingRequest("x")),
            })
            {
                Assert.That(call, Throws.InstanceOf<DeployException>().With.Message.Contains("without an answer in it").And.Property("ResponseBody").EqualTo(body));
            }
        });
    }

    [Test]
    public void Error_in_place_of_a_list_is_an_error()
    {
        using var client = Clients.AnsweringJson("""{"error_code":"INTERNAL_ERROR","message":"database is away"}""");

        Assert.That(async () => await client.ListEndpointsAsync().GetAsyncEnumerator().MoveNextAsync(), Throws.InstanceOf<DeployException>().With.Message.Contains("database is away"));
    }

    [TestCase(HttpStatusCode.OK)]
    [TestCase(HttpStatusCode.InternalServerError)]
    public async Task Body_that_cannot_be_decoded_fails_as_one_of_the_family(HttpStatusCode status)
    {
        using var client = Clients.Answering(new StubHandler(_ => new(status) { Content = new StreamContent(new BrokenDecoder([])) }), new() { MaxRetries = 0 });

        var health = await client.GetHealthAsync();

        Assert.Multiple(() =>
        {
            Assert.That(() => client.PredictAsync("e", new ChatRequest("x")), Throws.InstanceOf<DeployException>().With.Property("StatusCode").EqualTo(status == HttpStatusCode.OK ? null : status));
            Assert.That(async () => await client.PredictStreamAsync("e", new ChatRequest("x")).ToChatResponseAsync(), Throws.InstanceOf<DeployException>());
            Assert.That(health.IsHealthy, Is.EqualTo(status == HttpStatusCode.OK));
        });
    }

    [Test]
    public async Task Body_that_cannot_be_decoded_behind_the_end_of_a_stream_does_not_take_the_whole_answer()
    {
        var events = new BrokenDecoder("""
            data: {"choices":[{"index":0,"delta":{"content":"whole"},"finish_reason":"stop"}]}

            data: [DONE]


            """u8.ToArray());
        using var client = Clients.Streaming(events);

        var answer = await client.PredictStreamAsync("e", new ChatRequest("x")).ToChatResponseAsync();

        Assert.That(answer.Text, Is.EqualTo("whole"));
    }

    [TestCase("""{"a":1,"a":2}""")]
    [TestCase("""{"x":{"a":1,"a":2}}""")]
    public void Untyped_answer_with_a_key_twice_is_refused_at_the_call(string body)
    {
        using var client = Clients.AnsweringJson(body);

        Assert.That(() => client.PredictAsync("e", new JsonObject()), Throws.InstanceOf<DeployException>());
    }

    [Test]
    public async Task Whole_answer_without_a_content_type_is_one_chunk()
    {
        using var client = Clients.Answering(new StubHandler(_ => new(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("""  {"choices":[{"index":0,"message":{"role":"assistant","content":"whole"},"finish_reason":"stop"}]}""")),
        }));

        var answer = await client.PredictStreamAsync("e", new ChatRequest("x")).ToChatResponseAsync();

        Assert.That(answer.Text, Is.EqualTo("whole"));
    }

    [Test]
    public void Field_that_is_set_and_stands_in_Extra_again_is_refused()
    {
        using var client = Clients.AnsweringJson("{}");
        var request = new ChatRequest("x") { Temperature = 1, Extra = new Dictionary<string, JsonElement> { ["temperature"] = JsonSerializer.SerializeToElement(0.5, DeployJson.Default.Double) } };

        Assert.That(() => { _ = client.PredictAsync("e", request); }, Throws.ArgumentException.With.Message.Contains("'temperature'"));
    }

    [Test]
    public void Token_with_a_line_break_is_refused_with_the_options() =>
        Assert.That(() => new DeployClient("http://gateway.test", new() { Token = "secret\n" }), Throws.ArgumentException.With.Message.Contains("Token").And.Message.Not.Contains("secret"));

    [Test]
    public void Token_of_a_provider_with_a_line_break_is_refused_without_showing_it()
    {
        using var client = Clients.Answering(new StubHandler(_ => Clients.Json("{}")), new() { TokenProvider = _ => ValueTask.FromResult("secret\n") });

        Assert.That(() => client.PredictAsync("e", new ChatRequest("x")), Throws.InvalidOperationException.With.Message.Contains("TokenProvider").And.Message.Not.Contains("secret"));
    }

    private sealed class BrokenDecoder(byte[] beforeItBreaks) : MemoryStream(beforeItBreaks)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new InvalidOperationException("Decoder ran into invalid data.");
    }
}
