using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Tests.Wire;

public class DeployJsonFormatTests
{
    [Test]
    public void Options_write_and_read_a_stored_conversation_as_it_crosses_the_wire()
    {
        var request = new ChatRequest { Messages = [ChatMessage.User("Hi"), ChatMessage.Assistant("Hello")], MaxTokens = 5 };

        var json = JsonSerializer.Serialize(request, DeployJsonFormat.Options);
        var again = JsonSerializer.Deserialize<ChatRequest>(json, DeployJsonFormat.Options)!;

        Assert.Multiple(() =>
        {
            Assert.That(json, Is.EqualTo("""{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"max_tokens":5}"""));
            Assert.That((again.MaxTokens, again.Messages.Select(message => message.Content)), Is.EqualTo((5, new[] { "Hi", "Hello" })));
        });
    }

    [TestCase(typeof(ChatMessage))]
    [TestCase(typeof(IReadOnlyList<ChatMessage>))]
    [TestCase(typeof(ChatResponse))]
    [TestCase(typeof(ChatChunk))]
    [TestCase(typeof(TokenUsage))]
    [TestCase(typeof(CompletionResponse))]
    [TestCase(typeof(EmbeddingResponse))]
    public void Options_know_the_type_without_reflection(Type type) => Assert.That(DeployJsonFormat.Options.TryGetTypeInfo(type, out _), Is.True);

    [Test]
    public void Options_are_read_only() => Assert.That(DeployJsonFormat.Options.IsReadOnly, Is.True);
}
