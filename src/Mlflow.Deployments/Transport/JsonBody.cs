using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Transport;

/// <summary>The JSON text of a request, written once; each try sends a content of its own over the same bytes.</summary>
internal readonly struct JsonBody
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    // Everything but control characters, quotes and lone surrogates goes as plain UTF-8: half the bytes for most of the world's scripts.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ReadOnlyMemory<byte> _utf8;
    private readonly bool _namesModel;

    private JsonBody(ReadOnlyMemory<byte> utf8, bool namesModel) => (_utf8, _namesModel) = (utf8, namesModel);

    /// <param name="value">What is sent.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="argumentName">The argument to blame.</param>
    /// <param name="extra">The fields that the caller added, which may name a model.</param>
    public static JsonBody Of<T>(T value, JsonTypeInfo<T> type, string argumentName, IDictionary<string, JsonElement>? extra = null) =>
        Write(writer => JsonSerializer.Serialize(writer, value, type), argumentName, extra?.ContainsKey("model") is true);

    /// <summary>Writes an object of any shape, with <c>stream</c> set as the method that was called says; the caller's object is not touched.</summary>
    public static JsonBody Of(JsonObject inputs, bool stream, string argumentName) => Write(
        writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in inputs)
            {
                if (stream && name == "stream")
                {
                    continue;
                }

                writer.WritePropertyName(name);
                if (value is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    JsonSerializer.Serialize(writer, value, DeployJson.Default.JsonNode);
                }
            }

            if (stream)
            {
                writer.WriteBoolean("stream"u8, true);
            }

            writer.WriteEndObject();
        },
        argumentName,
        inputs.ContainsKey("model"));

    public HttpContent ToContent() => new ReadOnlyMemoryContent(_utf8) { Headers = { ContentType = JsonType } };

    /// <summary>Returns the same text with the model in front, for servers that want it there. A model that the caller named stays.</summary>
    public JsonBody WithModel(string model)
    {
        var text = _utf8.Span;
        if (_namesModel || text is not [(byte)'{', ..])
        {
            return this;
        }

        var buffer = new ArrayBufferWriter<byte>(text.Length + model.Length + 16);
        buffer.Write("{\"model\":"u8);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStringValue(model);
        }

        if (text is not [_, (byte)'}'])
        {
            buffer.Write(","u8);
        }

        buffer.Write(text[1..]);
        return new(buffer.WrittenMemory, namesModel: true);
    }

    private static JsonBody Write(Action<Utf8JsonWriter> write, string argumentName, bool namesModel)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        try
        {
            write(writer);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            // NaN and infinities, mostly: JSON has no such numbers.
            throw new ArgumentException($"The request cannot be written as JSON: {e.Message}", argumentName, e);
        }

        writer.Flush();
        return new(buffer.WrittenMemory, namesModel);
    }
}
