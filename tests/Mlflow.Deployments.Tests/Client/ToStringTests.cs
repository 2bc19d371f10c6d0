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
