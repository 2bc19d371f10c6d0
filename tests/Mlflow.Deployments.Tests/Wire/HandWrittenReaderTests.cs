using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

/// <summary>The readers written by hand give what the serializer gives, for every JSON.</summary>
public class HandWrittenReaderTests
{
    private static readonly string[] Values =
    [
        "null", "\"x\"", "\"\\u00e4\\n\"", "7", "1.5", "true", "[]", "{}", "[{}]", "[null]", "{\"content\":\"hi\",\"role\":\"assistant\",\"x\":1}",
        "[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":null}]", "[{\"index\":1,\"delta\":null,\"finish_reason\":\"odd\",\"logprobs\":{\"a\":[1]}},{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"p\"}]}}]",
        "[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}],\"refusal\":\"no\",\"reasoning\":\"r\"}}]",
        "[{\"index\":2,\"message\":{\"role\":\"assistant\",\"content\":\"hi\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\"}}],\"tool_call_id\":\"t\",\"refusal\":null,\"audio\":{}},\"finish_reason\":\"stop\"},{\"message\":null}]",
        "{\"prompt_tokens\":\"5\",\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":3,\"w\":1}}", "{\"prompt_tokens\":1,\"total_tokens\":null,\"y\":2}", "[{\"index\":0,\"embedding\":[1,-2.5e-3, 0 ]},{\"index\":1,\"object\":\"embedding\",\"embedding\":\"AACAPw==\",\"z\":[1,{}]}]", "[{\"embedding\":[]}]",
    ];

    private static readonly string[] Names = ["id", "object", "created", "model", "provider", "choices", "usage", "data", "index", "extra", "err\\u006fr"];

    private static readonly Gen<string> Objects =
        Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Int[0, Values.Length - 1], Gen.Bool).Array[0, 8].Select(fields =>
            "{" + string.Join(',', fields.DistinctBy(field => field.Item1).Select(field => $"{(field.Item3 ? " " : string.Empty)}\"{Names[field.Item1]}\": {Values[field.Item2]}")) + "}");

    [Test]
    public void Chunk_is_read_as_the_serializer_reads_it() =>
        Objects.Sample(json => Same(json, text => new ChatChunkReader().Read(text), text => JsonSerializer.Deserialize(text, DeployJson.Default.ChatChunk), DeployJson.Default.ChatChunk), iter: PropertyRuns.AtMost(20_000));

    [Test]
    public void Chat_answer_is_read_as_the_serializer_reads_it() =>
        Objects.Sample(json => Same(json, ChatResponseReader.Read, text => JsonSerializer.Deserialize(text, DeployJson.Default.ChatResponse), DeployJson.Default.ChatResponse), iter: PropertyRuns.AtMost(20_000));

    [Test]
    public void Embeddings_answer_is_read_as_the_serializer_reads_it() =>
        Objects.Sample(json => Same(json, EmbeddingResponseReader.Read, text => JsonSerializer.Deserialize(text, DeployJson.Default.EmbeddingResponse), DeployJson.Default.EmbeddingResponse), iter: PropertyRuns.AtMost(20_000));

    [Test]
    public void Cut_or_garbled_text_is_refused_as_JSON() =>
        Gen.Select(Objects, Gen.Int[0, 60], Gen.Byte).Sample((json, at, garbage) =>
        {
            var utf8 = Encoding.UTF8.GetBytes(json);
            var cut = utf8[..Math.Min(at, utf8.Length - 1)];
            byte[] tailed = [.. utf8, (byte)'x', garbage];

            Assert.That(() => new ChatChunkReader().Read(cut), Throws.InstanceOf<JsonException>());
            Assert.That(() => EmbeddingResponseReader.Read(cut), Throws.InstanceOf<JsonException>());
            Assert.That(() => new ChatChunkReader().Read(tailed), Throws.InstanceOf<JsonException>());
            Assert.That(() => EmbeddingResponseReader.Read(tailed), Throws.InstanceOf<JsonException>());
        }, iter: PropertyRuns.AtMost(5_000));

    [Test]
    public void Texts_that_repeat_are_made_once()
    {
        var reader = new ChatChunkReader();
        var json = """{"id":"chatcmpl-1","model":"m"}"""u8.ToArray();

        var (first, second) = (reader.Read(json), reader.Read(json));

        Assert.Multiple(() =>
        {
            Assert.That(second.Id, Is.SameAs(first.Id));
            Assert.That(reader.Read("""{"id":"chatcmpl-2"}"""u8).Id, Is.EqualTo("chatcmpl-2"));
        });
    }

    // One reader for a whole stream remembers chunks; a reader for each chunk cannot.
    [Test]
    public void Chunks_of_one_stream_are_read_as_each_would_be_alone() =>
        Gen.Select(Gen.Int[0, Streams.Length - 1], Gen.Int[0, Contents.Length - 1], Gen.Int[0, 400], Gen.Byte).Array[2, 30].Sample(
            events =>
            {
                var reader = new ChatChunkReader();
                foreach (var (stream, content, at, garbage) in events)
                {
                    var utf8 = Encoding.UTF8.GetBytes(Streams[stream].Replace("§", Contents[content], StringComparison.Ordinal));
                    if (at < utf8.Length && garbage % 4 == 0)
                    {
                        utf8[at] = garbage;
                    }

                    var (read, alone) = (Outcome(reader, utf8), Outcome(new(), utf8));
                    Assert.That(read, Is.EqualTo(alone), Encoding.UTF8.GetString(utf8));
                }
            },
            iter: 3_000);

    [Test]
    public void Chunk_that_a_caller_writes_to_does_not_change_the_next()
    {
        var reader = new ChatChunkReader();
        static byte[] Json(string text) => Encoding.UTF8.GetBytes($$"""{"id":"1","choices":[{"delta":{"content":"{{text}}","d":1},"c":1}],"fingerprint":"f"}""");
        List<ChatChunk> chunks = [];
        foreach (var text in (string[])["a", "b", "c"])
        {
            var chunk = reader.Read(Json(text));
            chunks.Add(chunk);
            foreach (var extra in (IDictionary<string, JsonElement>[])[chunk.Extra!, chunk.Choices[0].Extra!, chunk.Choices[0].Delta.Extra!])
            {
                Assert.That(extra, Has.Count.EqualTo(1));
                extra["mine"] = default;
            }
        }

        Assert.That(chunks.Select(chunk => chunk.Text), Is.EqualTo(["a", "b", "c"]));
    }

    private static readonly string[] Streams =
    [
        """{"id":"1","choices":[{"index":0,"delta":{"content":"§"},"finish_reason":null}]}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":"§"},"finish_reason":null}],"system_fingerprint":"f"}""",
        """{"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":"§","x":{"content":"§"}},"logprobs":null}],"padding":"§"}""",
        """{"id":"1","choices":[{"index":0,"delta":{"content":"old","content":"§"}}],"content":"same"}""",
        """{"id":"1","choices":[{"delta":{"content":"§"}},{"index":1,"delta":{"content":"§"}}]}""",
        """{"id":"1","choices":[{"delta":{"content":"§"}}],"choices":[{"delta":{"content":null}}]}""",
        """{"id":"1","choices":[{"delta":{"content":"§"}},null]}""",
        """{"id":"1","choices":[{"delta":{"content":[{"type":"text","text":"§"}]}}]}""",
        """{"id":"1","choices":[{"delta":{"content":"§","tool_calls":[{"index":0,"id":"§"}]}}],"usage":{"prompt_tokens":1}}""",
    ];

    private static readonly string[] Contents =
    [
        "", " the", "a", "ä€😀", "\\n", "\\\"", "\\ud83d\\ude00", "\\ud83d", "\"", "\",\"content\":\"", "\t", "\\", "x\",\"y\":\"z", "long enough to be more than one vector wide",
    ];

    private static string Outcome(ChatChunkReader reader, byte[] json)
    {
        try
        {
            return JsonSerializer.Serialize(reader.Read(json), DeployJson.Default.ChatChunk);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return e.GetType().Name;
        }
    }

    private static void Same<T>(string json, BodyParser<T> read, BodyParser<T> expected, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        string? right;
        try
        {
            right = JsonSerializer.Serialize(expected(utf8)!, type);
        }
        catch (JsonException)
        {
            Assert.That(() => read(utf8), Throws.InstanceOf<JsonException>(), json);
            return;
        }

        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(JsonSerializer.Serialize(read(utf8)!, type)), JsonNode.Parse(right)), Is.True, json);
    }

    private delegate T? BodyParser<T>(ReadOnlySpan<byte> json);
}
