using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

/// <summary>Words that servers may add to: those that are known have a name here, and are not made anew for every chunk.</summary>
public class OpenWordTests
{
    private static readonly TestCaseData[] Roles =
        [new(ChatRole.System, "system"), new(ChatRole.User, "user"), new(ChatRole.Assistant, "assistant"), new(ChatRole.Tool, "tool")];

    private static readonly TestCaseData[] Reasons =
        [new(FinishReason.Stop, "stop"), new(FinishReason.Length, "length"), new(FinishReason.ToolCalls, "tool_calls"), new(FinishReason.ContentFilter, "content_filter")];

    [TestCaseSource(nameof(Roles))]
    public void Role_is_that_of_the_wire_and_read_without_making_it_anew(ChatRole role, string word)
    {
        var read = JsonSerializer.Deserialize($$"""{"role":"{{word}}"}""", DeployJson.Default.ChatMessage)!.Role;

        Assert.That((role.Value, read), Is.EqualTo((word, role)));
        Assert.That(read.Value, Is.SameAs(role.Value));
    }

    [TestCaseSource(nameof(Reasons))]
    public void Reason_is_that_of_the_wire_and_read_without_making_it_anew(FinishReason reason, string word)
    {
        var read = JsonSerializer.Deserialize($$"""{"finish_reason":"{{word}}"}""", DeployJson.Default.ChatChoice)!.FinishReason;

        Assert.That((reason.Value, read), Is.EqualTo((word, reason)));
        Assert.That(read.Value, Is.SameAs(reason.Value));
    }

    [Test]
    public void Types_of_endpoints_and_formats_are_those_of_the_wire() => Assert.That(
        (EndpointType.Chat.Value, EndpointType.Completions.Value, EndpointType.Embeddings.Value, EmbeddingEncodingFormat.Float.Value, EmbeddingEncodingFormat.Base64.Value),
        Is.EqualTo(("llm/v1/chat", "llm/v1/completions", "llm/v1/embeddings", "float", "base64")));

    [Test]
    public void Choices_of_tools_and_formats_of_answers_are_those_of_the_wire()
    {
        var request = new ChatRequest("x");

        Assert.Multiple(() =>
        {
            Assert.That(Json(request with { ToolChoice = ToolChoice.None }), Does.EndWith("\"tool_choice\":\"none\"}"));
            Assert.That(Json(request with { ToolChoice = ToolChoice.Auto }), Does.EndWith("\"tool_choice\":\"auto\"}"));
            Assert.That(Json(request with { ToolChoice = ToolChoice.Required }), Does.EndWith("\"tool_choice\":\"required\"}"));
            Assert.That(Json(request with { ResponseFormat = ResponseFormat.Text }), Does.EndWith("\"response_format\":{\"type\":\"text\"}}"));
            Assert.That(Json(request with { ResponseFormat = ResponseFormat.JsonObject }), Does.EndWith("\"response_format\":{\"type\":\"json_object\"}}"));
        });

        static string Json(ChatRequest request) => JsonSerializer.Serialize(request, DeployJson.Default.ChatRequest);
    }

    [Test]
    public void Choice_of_tools_is_read_as_the_same([Values("none", "auto", "required")] string word)
    {
        var read = JsonSerializer.Deserialize($$"""{"messages":[],"tool_choice":"{{word}}"}""", DeployJson.Default.ChatRequest)!.ToolChoice;

        Assert.That(read, Is.EqualTo(word switch { "none" => ToolChoice.None, "auto" => ToolChoice.Auto, _ => ToolChoice.Required }));
    }

    [TestCase("""{"role":5}""", "Expected a string for ChatRole, got Number.")]
    [TestCase("""{"content":5}""", "Expected a text or a list of parts as content, got Number.")]
    public void Word_that_is_none_is_told(string message, string problem) => Assert.That(
        () => JsonSerializer.Deserialize(message, DeployJson.Default.ChatMessage),
        Throws.InstanceOf<JsonException>().With.Message.StartsWith(problem));
}
