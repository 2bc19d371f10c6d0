using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Json;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class JsonReshaperTests
{
    private static readonly string[] Names =
        ["id", "object", "created", "model", "choices", "index", "message", "delta", "role", "content", "tool_calls", "function", "name", "text", "usage", "x"];

    private static readonly string[] Leaves = ["null", "true", "1", "2.5", "\"a\"", "\"\\n\"", "[]", "{}"];

    private static readonly Gen<string> Leaf = OneOf(Leaves);

    /// <summary>JSON that is often nearly an answer, with line breaks between its tokens.</summary>
    private static readonly Gen<string> NearAnswer = Gen.Recursive<string>((depth, inner) => depth > 5 ? Leaf : Gen.OneOf(
        Leaf,
        inner.Array[0, 3].Select(items => $"[\n{string.Join(",\n", items)}]"),
        Gen.Select(OneOf(Names), inner).Array[0, 6].Select(ToObject)));

    [TestCase("""{"usage":null,"choices":[]}""",
        """{"choices":[],"id":null,"object":"chat.completion","created":null,"model":null,""" +
        "\"usage\":{\"prompt_tokens\":null,\"completion_tokens\":null,\"total_tokens\":null}}")]
    [TestCase("""{"id":"a","id":"b","choices":[],"usage":{"x":1,"prompt_tokens":3,"prompt_tokens_details":{"y":null}}}""",
        """{"id":"a","choices":[],"usage":{"prompt_tokens":3,"prompt_tokens_details":{"y":null},"completion_tokens":null,"total_tokens":null},""" +
        "\"object\":\"chat.completion\",\"created\":null,\"model\":null}")]
    public void Write_fills_in_what_is_missing_and_leaves_out_the_rest(string json, string expected) =>
        Assert.That(Reshape(json, WireShapes.Chat), Is.EqualTo(expected));

    [TestCase("""{"choices":[{"index":7,"message":{"role":"r","content":"hi"}},{"text":"there"},{}]}""", "hi", "there", "")]
    [TestCase("""{"choices":[{"message":{"content":null},"text":"late"}]}""", "late")]
    public void Write_reads_a_completions_text_from_either_place(string json, params string[] texts)
    {
        JsonNode answer = JsonNode.Parse(Reshape(json, WireShapes.Completions))!;

        Assert.That(answer["choices"]!.AsArray().Select(x => (string?)x!["text"]), Is.EqualTo(texts));
        Assert.That(answer["choices"]!.AsArray().Select(x => (int)x!["index"]!), Is.EqualTo(Enumerable.Range(0, texts.Length)));
    }

    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"choices":null}""")]
    [TestCase("""{"choices":[1]}""")]
    [TestCase("""{"choices":[{}]}""")]
    [TestCase("""{"choices":[],"created":"1"}""")]
    public void Write_of_another_shape_is_refused(string json) =>
        Assert.That(() => Reshape(json, WireShapes.Chat), Throws.TypeOf<UnexpectedShapeException>());

    [TestCase("""{"choices":[]""")]
    [TestCase("""{"choices":[]} {}""")]
    public void Write_of_what_is_not_json_is_refused(string json) =>
        Assert.That(() => Reshape(json, WireShapes.Chat), Throws.InstanceOf<JsonException>());

    [Test]
    public void Write_of_an_event_is_one_line_of_json_whatever_came() => NearAnswer.Sample(inner =>
    {
        string json = $"{{\"choices\":[{{\"delta\":{{\"content\":{inner}}}}}],\n\"usage\":{{\"prompt_tokens_details\":{inner}}}}}";

        string output = Reshape(json, WireShapes.ChatChunk, new StreamChoices());

        JsonNode chunk = JsonNode.Parse(output)!;
        return !output.Contains('\n', StringComparison.Ordinal) && JsonNode.DeepEquals(chunk["choices"]![0]!["delta"]!["content"], JsonNode.Parse(inner));
    });

    [Test]
    public void Write_of_anything_is_json_or_a_refusal() => NearAnswer.Sample(json =>
    {
        foreach (Shape shape in (Shape[])[WireShapes.Chat, WireShapes.ChatChunk, WireShapes.Completions, WireShapes.CompletionsChunk, WireShapes.Embeddings])
        {
            try
            {
                JsonNode.Parse(Reshape(json, shape));
            }
            catch (UnexpectedShapeException)
            {
                // Most of what comes is refused; what is not must be JSON.
            }
        }
    });

    [TestCase("""{"choices":[{"index":0,"delta":{}}]}""", false)]
    [TestCase("""{"choices":[{"finish_reason":"stop","index":0,"delta":{}}]}""", true)]
    [TestCase("""{"choices":[{"index":0,"finish_reason":"stop"},{"index":1}]}""", false)]
    [TestCase("""{"choices":[]}""", false)]
    public void Write_watches_the_ends_of_choices(string json, bool isFinished)
    {
        var choices = new StreamChoices();

        Reshape(json, WireShapes.ChatChunk, choices);

        Assert.That(choices.AllFinished, Is.EqualTo(isFinished));
    }

    private static string ToObject((string Name, string Value)[] members) =>
        $"{{{string.Join(",\n", members.DistinctBy(x => x.Name, StringComparer.Ordinal).Select(x => $"\"{x.Name}\":{x.Value}"))}}}";

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string Reshape(string json, Shape shape, StreamChoices? choices = null)
    {
        using var output = new PooledBuffer(16);
        JsonReshaper.Write(Encoding.UTF8.GetBytes(json), shape, tail: default, output, choices);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
