using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Transport;

/// <summary>
/// The JSON text of a request, written once. What a dialect or an option adds to it is kept beside the text, so that nothing is written
/// or copied a second time; each try sends a content of its own over the same bytes.
/// </summary>
internal readonly struct JsonBody
{
    // Everything but control characters, quotes and lone surrogates goes as plain UTF-8: half the bytes for most of the world's scripts.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly byte[] UsageField = [.. "\"stream_options\":{\"include_usage\":true}"u8];

    private readonly byte[] _utf8;
    private readonly bool _namesModel;
    private readonly byte[]? _modelField;
    private readonly bool _asksForUsage;

    private JsonBody(byte[] utf8, bool namesModel, byte[]? modelField = null, bool asksForUsage = false) =>
        (_utf8, _namesModel, _modelField, _asksForUsage) = (utf8, namesModel, modelField, asksForUsage);

    /// <summary>Gets the text without what a dialect or an option adds to it.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <param name="value">What is sent.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="argumentName">The argument to blame.</param>
    /// <param name="extra">The fields that the caller added, which may name a model.</param>
    public static JsonBody Of<T>(T value, JsonTypeInfo<T> type, string argumentName, IDictionary<string, JsonElement>? extra = null) =>
        Write(static (writer, state) => JsonSerializer.Serialize(writer, state.Value, state.Type), (Value: value, Type: type), argumentName, extra?.ContainsKey("model") is true);

    /// <summary>Writes an object of any shape, with <c>stream</c> set as the method that was called says; the caller's object is not touched.</summary>
    public static JsonBody Of(JsonObject inputs, bool stream, string argumentName) =>
        Write(static (writer, state) => WriteObject(writer, state.Inputs, state.Stream), (Inputs: inputs, Stream: stream), argumentName, inputs.ContainsKey("model"));

    /// <summary>Tells whether the object has a field of this name: read from the text, for requests of types that are not ours.</summary>
    public bool Has(ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(_utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.TokenType != JsonTokenType.StartArray && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    /// <summary>Returns the same text with the model in front, for servers that want it there. A model that the caller named stays.</summary>
    public JsonBody WithModel(string model) =>
        _namesModel ? this : new(_utf8, _namesModel, [.. "\"model\":\""u8, .. JsonEncodedText.Encode(model, WriterOptions.Encoder).EncodedUtf8Bytes, (byte)'"'], _asksForUsage);

    /// <summary>Returns the same text with the question for the tokens used at its end.</summary>
    public JsonBody WithStreamUsage() => new(_utf8, _namesModel, _modelField, asksForUsage: true);

    public HttpContent ToContent() => new JsonBodyContent(_utf8, _modelField, _asksForUsage ? UsageField : null);

    private static JsonBody Write<TState>(Action<Utf8JsonWriter, TState> write, TState state, string argumentName, bool namesModel)
    {
        using var buffer = new PooledBytes(4096);
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        try
        {
            write(writer, state);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException or JsonException)
        {
            // NaN and infinities, mostly: JSON has no such numbers. Or an object that holds itself.
            throw new ArgumentException($"The request cannot be written as JSON: {e.Message}", argumentName, e);
        }

        writer.Flush();

        // Not pooled: a server may answer before it has read the request, and then nobody can tell when the last byte has been sent.
        return new(buffer.Span.ToArray(), namesModel);
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonObject inputs, bool stream)
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
    }
}
