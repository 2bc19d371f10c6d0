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

    private JsonBody(ReadOnlyMemory<byte> utf8) => _utf8 = utf8;

    public static JsonBody Of<T>(T value, JsonTypeInfo<T> type, string argumentName) =>
        Write(writer => JsonSerializer.Serialize(writer, value, type), argumentName);

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
        argumentName);

    public HttpContent ToContent() => new ReadOnlyMemoryContent(_utf8) { Headers = { ContentType = JsonType } };

    private static JsonBody Write(Action<Utf8JsonWriter> write, string argumentName)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
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
        return new(buffer.WrittenMemory);
    }
}
