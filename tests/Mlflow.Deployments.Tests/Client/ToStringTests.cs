using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Client;

/// <summary>What objects say of themselves lands in logs: it tells lengths, and no text that a person or a model wrote.</summary>
public class ToStringTests
{
    private const string Secret = "seven dwarfs";

    private static readonly object[] Objects =
    [
        new InputAudio { Data = Secret, Format = "wav" },
        new CompletionRequest(Secret),
        Read("""{"index":0,"text":"seven dwarfs"}""", DeployJson.Default.CompletionChoice),
        Read("""{"id":"c1","choices":[{"index":0,"text":"seven dwarfs"}]}""", DeployJson.Default.CompletionChunk),
        Read("""{"id":"c1","choices":[{"index":0,"text":"seven dwarfs"}]}""", DeployJson.Default.CompletionResponse),
        Read("""{"id":"c1","choices":[{"index":0,"delta":{"content":"seven dwarfs"}}]}""", DeployJson.Default.ChatChunk),
        new EmbeddedText { Index = 3, Text = Secret, Vector = new float[] { 1, 2 } },
        new EmbeddedText { Index = 3, Text = Secret, Error = new DeployRequestException(Secret) },
        new EmbeddingInput(Secret),
    ];

    [TestCaseSource(nameof(Objects))]
    public void Texts_are_told_by_their_length_only(object item) =>
        Assert.That(item.ToString(), Does.StartWith(item.GetType().Name + " { ").And.Not.Contain("dwarfs"));

    private static readonly TestCaseData[] Told =
    [
        new(ChatMessage.Assistant(Secret, [new() { Id = "c1" }]), "ChatMessage { Role = assistant, Content = 12 characters, ToolCalls = 1 items }"),
        new(ChatMessage.Assistant(null), "ChatMessage { Role = assistant, Content = null, ToolCalls = null }"),
        new(new FunctionCall { Name = "f", Arguments = Secret }, "FunctionCall { Name = f, Arguments = 12 characters }"),
        new(ContentPart.FromText(Secret), "ContentPart { Type = text, Text = 12 characters }"),
        new(new ChatResponse { Id = "c1", Model = "m", Choices = [new(), new()] }, "ChatResponse { Id = c1, Model = m, Choices = 2 items }"),
        new(new ChatChunk { Id = "c1", Choices = [new() { Delta = new() { Content = Secret } }] }, "ChatChunk { Id = c1, Text = 12 characters }"),
        new(new ChatDelta { Role = ChatRole.User, Content = Secret }, "ChatDelta { Role = user, Content = 12 characters, ToolCalls = null }"),
        new(new ImageUrl { Url = Secret, Detail = "low" }, "ImageUrl { Url = 12 characters, Detail = low }"),
        new(new InputAudio { Data = Secret, Format = "wav" }, "InputAudio { Data = 12 characters, Format = wav }"),
        new(new ChatRequest(Secret) { Tools = [] }, "ChatRequest { Messages = 1 items, Tools = 0 items }"),
        new(new CompletionChunk { Id = "c1", Choices = [new() { Text = Secret }] }, "CompletionChunk { Id = c1, Text = 12 characters }"),
        new(new CompletionResponse { Id = "c1", Model = "m", Choices = [] }, "CompletionResponse { Id = c1, Model = m, Choices = 0 items }"),
        new(new CompletionRequest(Secret), "CompletionRequest { Prompt = 12 characters }"),
        new(new CompletionChoice { Index = 1, Text = Secret, FinishReason = FinishReason.Stop }, "CompletionChoice { Index = 1, Text = 12 characters, FinishReason = stop }"),
        new(new Embedding { Index = 1, Vector = new float[] { 1, 2 } }, "Embedding { Index = 1, Vector = 2 floats }"),
        new(new EmbeddingInput(["a", "b"]), "EmbeddingInput { Count = 2 }"),
    ];

    [TestCaseSource(nameof(Told))]
    public void Object_tells_what_it_is_and_how_long(object item, string told) => Assert.That(item.ToString(), Is.EqualTo(told));

    [Test]
    public void Word_that_is_not_there_is_empty() =>
        Assert.That((default(ChatRole).ToString(), default(FinishReason).ToString(), default(EndpointType).ToString(), ChatRole.Tool.ToString(), FinishReason.Length.ToString()), Is.EqualTo(("", "", "", "tool", "length")));

    [Test]
    public void Embedded_text_tells_its_vector_or_its_error() => Assert.Multiple(() =>
    {
        Assert.That(new EmbeddedText { Index = 3, Text = Secret, Vector = new float[] { 1, 2 } }.ToString(), Does.Contain("Index = 3").And.Contain("Vector = 2 floats"));
        Assert.That(new EmbeddedText { Index = 3, Text = Secret, Error = new DeployRequestException(Secret) }.ToString(), Does.Contain("Error = DeployRequestException").And.Not.Contain("floats"));
    });

    [Test]
    public void Format_of_vectors_is_its_word() =>
        Assert.That((EmbeddingEncodingFormat.Base64.ToString(), default(EmbeddingEncodingFormat).ToString()), Is.EqualTo(("base64", "")));

    private static T Read<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;
}
