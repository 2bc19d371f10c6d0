using System.Runtime.InteropServices;
using System.Text.Json;
using CsCheck;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

public class EmbeddingWireTests
{
    [Test]
    public void Vector_reads_the_same_from_numbers_and_from_base64() =>
        Gen.Single.Where(float.IsFinite).Array[0, 3000].Sample(vector =>
        {
            var base64 = Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan()));
            var numbers = string.Join(',', vector.Select(number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

            var fromBase64 = Read($$"""{"data":[{"index":0,"embedding":"{{base64}}"}]}""").Data[0].Vector;
            var fromNumbers = Read($$"""{"data":[{"index":0,"embedding":[{{numbers}}]}]}""").Data[0].Vector;

            Assert.That(fromBase64.Span.SequenceEqual(vector), Is.True);
            Assert.That(fromNumbers.Span.SequenceEqual(vector), Is.True);
        }, iter: PropertyRuns.AtMost(50));

    [TestCase("\"AAAA\"")]
    [TestCase("\"not base64!\"")]
    [TestCase("\"AAAAAAA\"")]
    [TestCase("[1,\"x\"]")]
    [TestCase("[1,null]")]
    [TestCase("5")]
    [TestCase("{}")]
    public void Vector_of_another_form_is_refused(string embedding) =>
        Assert.That(() => Read($$"""{"data":[{"index":0,"embedding":{{embedding}}}]}"""), Throws.InstanceOf<JsonException>());

    [Test]
    public void Vector_of_escaped_base64_is_readable() =>
        Assert.That(Read("""{"data":[{"index":0,"embedding":"\/\/\/\/fw=="}]}""").Data[0].Vector.Length, Is.EqualTo(1));

    [Test]
    public void Data_out_of_order_is_sorted_by_index() =>
        Assert.That(Read("""{"data":[{"index":2,"embedding":[2]},{"index":0,"embedding":[0]},{"index":1,"embedding":[1]}]}""").Data.Select(item => item.Vector.Span[0]), Is.EqualTo(new[] { 0f, 1f, 2f }));

    [TestCase("\"a\"", 1)]
    [TestCase("[\"a\",\"b\"]", 2)]
    [TestCase("[1,2,3]", 1)]
    [TestCase("[[1],[2,3]]", 2)]
    [TestCase("[]", 0)]
    public void Input_of_every_form_survives(string json, int count)
    {
        var request = JsonSerializer.Deserialize($$"""{"input":{{json}},"dimensions":8}""", DeployJson.Default.EmbeddingRequest)!;

        Assert.Multiple(() =>
        {
            Assert.That(request.Input.Count, Is.EqualTo(count));
            Assert.That(JsonSerializer.Serialize(request, DeployJson.Default.EmbeddingRequest), Is.EqualTo($$"""{"input":{{json}},"dimensions":8}"""));
        });
    }

    [TestCase("5")]
    [TestCase("[1,\"a\"]")]
    [TestCase("[\"a\",1]")]
    [TestCase("[[1],2]")]
    [TestCase("[{}]")]
    public void Input_of_another_form_is_refused(string json) =>
        Assert.That(() => JsonSerializer.Deserialize($$"""{"input":{{json}}}""", DeployJson.Default.EmbeddingRequest), Throws.InstanceOf<JsonException>());

    [Test]
    public void EmbeddingRequest_from_each_constructor_is_written_as_it_is()
    {
        EmbeddingRequest[] requests = [new("a"), new(["a"]), new([1, 2]), new([[1], [2]])];

        Assert.That(
            requests.Select(request => JsonSerializer.Serialize(request with { EncodingFormat = EmbeddingEncodingFormat.Base64 }, DeployJson.Default.EmbeddingRequest)),
            Is.EqualTo(new[] { "\"a\"", "[\"a\"]", "[1,2]", "[[1],[2]]" }.Select(input => $$"""{"input":{{input}},"encoding_format":"base64"}""")));
    }

    private static EmbeddingResponse Read(string json) => JsonSerializer.Deserialize(json, DeployJson.Default.EmbeddingResponse)!;

    [TestCase("\"AACAPw=\"", "A base64 embedding is not a whole number of 32-bit floats.")]
    [TestCase("\"AACA\"", "A base64 embedding is not a whole number of 32-bit floats.")]
    [TestCase("\"????????\"", "A base64 embedding is not a whole number of 32-bit floats.")]
    [TestCase("\"AACAP!==\"", "An embedding is a text, but not base64.")]
    [TestCase("[1,\"2\"]", "Expected a number in an embedding, got String.")]
    [TestCase("{}", "Expected a list of numbers or base64 as embedding, got StartObject.")]
    public void Vector_that_is_none_is_told(string vector, string message) => Assert.That(
        () => JsonSerializer.Deserialize($$"""{"embedding":{{vector}}}""", DeployJson.Default.Embedding),
        Throws.InstanceOf<JsonException>().With.Message.StartsWith(message));

    [TestCase("5", "Expected a text or a list as input, got Number.")]
    [TestCase("[\"a\",1]", "Expected a text in input, got Number.")]
    [TestCase("[1,\"a\"]", "Expected a token id in input, got String.")]
    [TestCase("[[1],2]", "Expected a list of token ids in input, got Number.")]
    public void Input_that_is_none_is_told(string input, string message) => Assert.That(
        () => JsonSerializer.Deserialize($$"""{"input":{{input}}}""", DeployJson.Default.EmbeddingRequest),
        Throws.InstanceOf<JsonException>().With.Message.StartsWith(message));
}
