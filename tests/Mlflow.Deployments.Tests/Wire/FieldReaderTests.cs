using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

/// <summary>What the readers written by hand say of fields that have another form.</summary>
public class FieldReaderTests
{
    [TestCase("""{"id":5}""", "Expected a text, got Number.")]
    [TestCase("""{"choices":5}""", "Expected StartArray, got Number.")]
    [TestCase("""{"choices":[{"index":"x"}]}""", "Expected a whole number, got String.")]
    [TestCase("""{"choices":[{"index":2147483648}]}""", "A whole number does not fit into 32 bits.")]
    [TestCase("""{"choices":[{"index":-2147483649}]}""", "A whole number does not fit into 32 bits.")]
    public void Chunk_of_another_form_is_told(string json, string message) =>
        Assert.That(() => new ChatChunkReader().Read(Encoding.UTF8.GetBytes(json)), Throws.InstanceOf<JsonException>().With.Message.StartsWith(message));

    [TestCase(int.MaxValue)]
    [TestCase(int.MinValue)]
    public void Index_may_be_any_whole_number(int index) =>
        Assert.That(new ChatChunkReader().Read(Encoding.UTF8.GetBytes($$"""{"choices":[{"index":{{index}}}]}""")).Choices[0].Index, Is.EqualTo(index));

    [TestCase("""{"choices":[]}""", "")]
    [TestCase("""{"choices":[{"index":0}]}""", "")]
    [TestCase("""{"choices":[{"index":0,"text":"a"},{"index":1,"text":"b"}]}""", "a")]
    public void Text_of_a_completion_is_that_of_its_first_choice(string json, string text) =>
        Assert.That(JsonSerializer.Deserialize(json, DeployJson.Default.CompletionResponse)!.Text, Is.EqualTo(text));
}
