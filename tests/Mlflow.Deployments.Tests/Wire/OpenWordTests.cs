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
}
