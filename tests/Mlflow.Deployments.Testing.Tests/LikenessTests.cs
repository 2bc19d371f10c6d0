using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway;

namespace Mlflow.Deployments.Testing.Tests;

/// <summary>The fake beside the reference gateway: the same requests get answers of the same form. So the fake does not drift from what it stands for.</summary>
[CancelAfter(30_000)]
public class LikenessTests
{
    private const string Chat = """{"messages":[{"role":"user","content":"Hi"}]}""";
    private const string Stream = """{"messages":[{"role":"user","content":"Hi"}],"stream":true}""";
    private const string Tool = """{"messages":[{"role":"user","content":"Weather in Paris?"}],"tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],"tool_choice":"required"}""";

    [TestCase("POST", "/gateway/chat/invocations", Chat)]
    [TestCase("POST", "/endpoints/chat/invocations", Chat)]
    [TestCase("POST", "/v1/chat/completions", """{"model":"chat","messages":[{"role":"user","content":"Hi"}]}""")]
    [TestCase("POST", "/gateway/completions/invocations", """{"prompt":"Hi"}""")]
    [TestCase("POST", "/v1/completions", """{"model":"completions","prompt":"Hi"}""")]
    [TestCase("POST", "/gateway/embeddings/invocations", """{"input":["Hi"]}""")]
    [TestCase("POST", "/gateway/embeddings/invocations", """{"input":"Hi","encoding_format":"base64"}""")]
    [TestCase("POST", "/v1/embeddings", """{"model":"embeddings","input":"Hi"}""")]
    [TestCase("GET", "/api/2.0/endpoints/", null)]
    [TestCase("GET", "/api/2.0/endpoints/chat", null)]
    [TestCase("GET", "/api/3.0/gateway/endpoint/chat", null)]
    [TestCase("GET", "/v1/models", null)]
    [TestCase("GET", "/v1/models/chat", null)]
    public async Task An_answer_has_the_same_form(string method, string path, string? body, CancellationToken token)
    {
        var (fake, reference) = await AskBothAsync(method, path, body, token);

        Assert.That((fake.Status, fake.ContentType, Form(JsonNode.Parse(fake.Body))), Is.EqualTo((reference.Status, reference.ContentType, Form(JsonNode.Parse(reference.Body)))));
    }

    [TestCase("GET", "/health", null)]
    [TestCase("GET", "/version", null)]
    [TestCase("GET", "/nope", null)]
    [TestCase("GET", "/api/2.0/endpoints/none", null)]
    [TestCase("GET", "/v1/models/none", null)]
    [TestCase("POST", "/nope", "{}")]
    [TestCase("POST", "/gateway/none/invocations", Chat)]
    [TestCase("POST", "/endpoints/none/invocations", Chat)]
    [TestCase("POST", "/v1/chat/completions", """{"model":"none","messages":[{"role":"user","content":"Hi"}]}""")]
    public async Task What_is_not_there_gets_the_same_answer(string method, string path, string? body, CancellationToken token)
    {
        var (fake, reference) = await AskBothAsync(method, path, body, token);

        Assert.That((fake.Status, fake.ContentType, fake.Body), Is.EqualTo((reference.Status, reference.ContentType, reference.Body)));
    }

    [TestCase("/gateway/chat/invocations", Stream)]
    [TestCase("/v1/chat/completions", """{"model":"chat","messages":[{"role":"user","content":"Hi"}],"stream":true}""")]
    [TestCase("/gateway/completions/invocations", """{"prompt":"Hi","stream":true}""")]
    public async Task A_stream_has_the_same_framing_and_chunks_of_the_same_form(string path, string body, CancellationToken token)
    {
        var (fake, reference) = await AskBothAsync("POST", path, body, token);

        Assert.Multiple(() =>
        {
            Assert.That((fake.Status, fake.ContentType), Is.EqualTo((reference.Status, reference.ContentType)));
            Assert.That(Framing(fake.Body), Is.EqualTo(Framing(reference.Body)));
            Assert.That(Forms(fake.Body), Is.EqualTo(Forms(reference.Body)));
        });
    }

    [Test]
    public async Task A_tool_call_has_the_same_form(CancellationToken token)
    {
        var (fake, reference) = await AskBothAsync("POST", "/gateway/chat/invocations", Tool, token);

        Assert.That(Form(JsonNode.Parse(fake.Body)), Is.EqualTo(Form(JsonNode.Parse(reference.Body))));
    }

    private static async Task<(Answer Fake, Answer Reference)> AskBothAsync(string method, string path, string? body, CancellationToken token)
    {
        await using var fake = await FakeGateway.StartAsync(cancellationToken: token);
        fake.Embeddings("embeddings");
        fake.Chat("chat").Returns("Hello there.");
        fake.Chat("chat").When(request => request.Tools is not null).CallsTool("get_weather", new JsonObject { ["city"] = "Paris" });
        fake.Completions("completions").Returns("Hello there.");
        await using var reference = await GatewayApplication.StartAsync(new() { Port = 0 }, token);
        return (await AskAsync(fake.Address, method, path, body, token), await AskAsync(reference.Address, method, path, body, token));
    }

    private static async Task<Answer> AskAsync(Uri address, string method, string path, string? body, CancellationToken token)
    {
        using var http = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var answer = await http.SendAsync(request, token);
        return new((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync(token));
    }

    /// <summary>Replaces values by their kinds, and lists by their first element.</summary>
    private static string Form(JsonNode? node) => node switch
    {
        JsonObject json => $"{{{string.Join(", ", json.Where(field => !IsOptional(field)).OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}: {Form(field.Value)}"))}}}",
        JsonArray list => $"[{(list.Count > 0 ? Form(list[0]) : string.Empty)}]",
        null => "null",
        _ => node.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? "bool" : node.GetValueKind().ToString(),
    };

    // Providers may leave the first out; the second is the mark of the development responder.
    private static bool IsOptional(KeyValuePair<string, JsonNode?> field) => field.Key is "prompt_tokens_details" or "dev";

    private static string[] Events(string body) => body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

    private static string Framing(string body) => $"{string.Join(' ', Events(body).Select(item => item.Split(' ')[0]).Distinct())}, ends with {Events(body)[^1]}, {body.EndsWith("\n\n", StringComparison.Ordinal)}";

    private static IEnumerable<string> Forms(string body) =>
        Events(body).Where(item => item != "data: [DONE]").Select(item => Form(JsonNode.Parse(item["data: ".Length..]))).Distinct(StringComparer.Ordinal);

    private sealed record Answer(int Status, string? ContentType, string Body);
}
