using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

public class ChatWireTests
{
    [Test]
    public void ChatRequest_with_everything_is_written_in_the_names_of_the_wire()
    {
        var request = new ChatRequest("Hi")
        {
            Temperature = 0.7,
            MaxTokens = 150,
            MaxCompletionTokens = 151,
            TopP = 0.9,
            TopK = 5,
            N = 2,
            Stop = ["\n\n"],
            PresencePenalty = 0,
            FrequencyPenalty = -0.5,
            Tools = [ChatTool.FromFunction("f", "does", new JsonObject { ["type"] = "object" })],
            ToolChoice = ToolChoice.ForFunction("f"),
            ResponseFormat = ResponseFormat.ForJsonSchema("s", new JsonObject { ["type"] = "object" }, strict: true),
            StreamOptions = new() { IncludeUsage = true },
            Extra = new Dictionary<string, JsonElement> { ["seed"] = JsonSerializer.SerializeToElement(7, DeployJson.Default.Int32) },
        };

        var json = JsonSerializer.SerializeToNode(request, DeployJson.Default.ChatRequest);

        Assert.That(JsonNode.DeepEquals(json, JsonNode.Parse(
            """
            {"messages":[{"role":"user","content":"Hi"}],"temperature":0.7,"max_tokens":150,"max_completion_tokens":151,"top_p":0.9,"top_k":5,"n":2,
             "stop":["\n\n"],"presence_penalty":0,"frequency_penalty":-0.5,
             "tools":[{"type":"function","function":{"name":"f","description":"does","parameters":{"type":"object"}}}],
             "tool_choice":{"type":"function","function":{"name":"f"}},
             "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object"},"strict":true}},
             "stream_options":{"include_usage":true},"seed":7}
            """)), Is.True, json?.ToJsonString());
    }

    [Test]
    public void ChatRequest_with_messages_only_writes_nothing_else() =>
        Assert.That(JsonSerializer.Serialize(new ChatRequest("Hi"), DeployJson.Default.ChatRequest), Is.EqualTo("""{"messages":[{"role":"user","content":"Hi"}]}"""));

    [Test]
    public void ChatMessage_of_parts_keeps_them_and_joins_the_texts()
    {
        const string Json = """{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:x","detail":"low"}},{"type":"video","video":{"x":1}},{"type":"text","text":"b"}]}""";

        var message = JsonSerializer.Deserialize(Json, DeployJson.Default.ChatMessage)!;

        Assert.Multiple(() =>
        {
            Assert.That(message.Content, Is.EqualTo("ab"));
            Assert.That(message.Parts, Has.Count.EqualTo(4));
            Assert.That(message.Parts![2].Extra!["video"].GetProperty("x").GetInt32(), Is.EqualTo(1));
            Assert.That(JsonSerializer.Serialize(message, DeployJson.Default.ChatMessage), Is.EqualTo(Json));
        });
    }

    [TestCase("""{"id":"c","object":"chat.completion","created":1700000000,"model":"m","provider":"openai","choices":[{"index":0,"message":{"role":"assistant","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":5}},"system_fingerprint":"fp"}""")]
    [TestCase("""{"id":"c","choices":[{"index":1,"message":{"role":"critic","content":"x","refusal":"no","audio":{"id":"a"}},"finish_reason":"tired","logprobs":{"content":[]}}]}""")]
    public void ChatResponse_round_trip_loses_nothing(string json)
    {
        var response = JsonSerializer.Deserialize(json, DeployJson.Default.ChatResponse);

        var written = JsonSerializer.SerializeToNode(response, DeployJson.Default.ChatResponse);

        Assert.That(JsonNode.DeepEquals(written, JsonNode.Parse(json)), Is.True, written?.ToJsonString());
    }

    [Test]
    public void ChatResponse_with_nulls_everywhere_is_readable()
    {
        const string Json = """{"id":null,"created":1700000000.5,"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":null,"refusal":null},"finish_reason":null}],"usage":{"prompt_tokens":null,"completion_tokens":null,"total_tokens":null}}""";

        var response = JsonSerializer.Deserialize(Json, DeployJson.Default.ChatResponse)!;

        Assert.Multiple(() =>
        {
            Assert.That(response.Text, Is.Empty);
            Assert.That(response.Created, Is.EqualTo(1700000000));
            Assert.That(response.Choices[0].FinishReason.Value, Is.Null);
            Assert.That(response.Usage!.TotalTokens, Is.Null);
        });
    }

    [Test]
    public void ChatResponse_without_choices_has_an_empty_text() =>
        Assert.That(JsonSerializer.Deserialize("""{"choices":null}""", DeployJson.Default.ChatResponse)!.Text, Is.Empty);

    [TestCase("\"none\"", "none", null)]
    [TestCase("\"sometimes\"", "sometimes", null)]
    [TestCase("""{"type":"function","function":{"name":"f"}}""", null, "f")]
    [TestCase("""{"type":"allowed_tools","tools":[1]}""", null, null)]
    public void ToolChoice_of_any_form_survives(string json, string? mode, string? function)
    {
        var choice = JsonSerializer.Deserialize(json, DeployJson.Default.ToolChoice)!;

        Assert.Multiple(() =>
        {
            Assert.That(choice.Mode, Is.EqualTo(mode));
            Assert.That(choice.FunctionName, Is.EqualTo(function));
            Assert.That(JsonSerializer.Serialize(choice, DeployJson.Default.ToolChoice), Is.EqualTo(json));
        });
    }

    [Test]
    public void ToString_of_messages_requests_and_answers_shows_no_text()
    {
        const string Secret = "my prompt";
        var message = ChatMessage.User(Secret);
        var answer = new ChatResponse { Choices = [new() { Message = message }] };
        var chunk = new ChatChunk { Choices = [new() { Delta = new() { Content = Secret } }] };
        var call = new ToolCall { Function = new() { Name = "f", Arguments = Secret } };

        var shown = string.Join('\n', message, new ChatRequest(Secret), answer, answer.Choices[0], chunk, chunk.Choices[0], call, ContentPart.FromText(Secret), ContentPart.FromInputAudio(Secret, "wav"), ContentPart.FromImageUrl(Secret).ImageUrl);

        Assert.That(shown, Does.Not.Contain(Secret));
    }
}
