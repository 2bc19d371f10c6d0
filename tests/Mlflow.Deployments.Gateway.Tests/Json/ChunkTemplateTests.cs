using System.Text;
using CsCheck;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.OpenAI;
using Mlflow.Deployments.Gateway.Providers.Upstream;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Json;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChunkTemplateTests
{
    private static readonly byte[] Tail = ",\"provider\":\"openai\""u8.ToArray();

    private static readonly Gen<string> Chunk = Gen.Select(
        Gen.Frequency((1, Pick("", "a", "b \" c", "\n", "é😀", "\\", "\u0001", "null")), (1, Gen.String)),
        Pick("x", "y"),
        Pick("null", "\"stop\""),
        Pick("", ",\"refusal\":null", ",\"content\":\"again\"", ",\"tool_calls\":[{\"index\":0,\"id\":\"content\"}]"),
        Gen.Int[0, 1],
        (text, id, reason, more, index) =>
            $$"""{"id":"{{id}}","choices":[{"index":{{index}},"delta":{"content":{{Encoding.UTF8.GetString(JsonText.Encode(text))}}{{more}}},"finish_reason":{{reason}}}]}""");

    [Test]
    public void Stream_of_chunks_goes_out_as_if_each_were_parsed() => Chunk.List[1, 20].Sample(chunks =>
    {
        var translator = new OpenAIStreamTranslator(WireShapes.ChatChunk, Tail);
        using var batch = new EventBatch();
        var parsed = new StreamChoices();
        for (int i = 0; i < chunks.Count; i++)
        {
            byte[] json = Encoding.UTF8.GetBytes(chunks[i]);
            translator.Take("message", json, batch);
            using var expected = new PooledBuffer();
            JsonReshaper.Write(json, WireShapes.ChatChunk, Tail, expected, parsed);

            Assert.That(Encoding.UTF8.GetString(batch[i].Span), Is.EqualTo(Encoding.UTF8.GetString(expected.WrittenSpan)));
            Assert.That(translator.IsComplete, Is.EqualTo(parsed.AllFinished));
        }
    });

    [TestCase("""{"a":"x"}""", """{"a":"y"}""", true)]
    [TestCase("""{"a":"x"}""", """{"a":""}""", true)]
    [TestCase("""{"a":"x"}""", """{"a":"longer é"}""", true)]
    [TestCase("""{"a":"x"}""", """{"a":"y","b":"x"}""", false)]
    [TestCase("""{"a":"x"}""", """{"a":"\n"}""", false)]
    [TestCase("""{"a":"x"}""", """{"b":"x"}""", false)]
    [TestCase("""{"a":"x"}""", """{"a":"y"} """, false)]
    [TestCase("""{"a":"x"}""", """{"a":"}""", false)]
    public void TryWrite_takes_only_what_differs_in_its_text(string first, string second, bool expected)
    {
        var template = new ChunkTemplate();
        byte[] json = Encoding.UTF8.GetBytes(first);
        template.Learn(json, json, new ChunkText(Start: 6, OutputStart: 6, Length: 1));
        using var output = new PooledBuffer();

        bool isWritten = template.TryWrite(Encoding.UTF8.GetBytes(second), output);

        Assert.That(isWritten, Is.EqualTo(expected));
        Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Is.EqualTo(expected ? second : ""));
    }

    private static Gen<string> Pick(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(x => texts[x]);
}
