using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>How the gateway writes JSON of its own.</summary>
internal static class JsonText
{
    public const string MediaType = "application/json";

    /// <summary>Depth allowed in what clients and providers send; deeper input is refused while it is read.</summary>
    public const int MaxDepth = 64;

    /// <summary>Answers are never put into HTML, so letters of any script stay readable.</summary>
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    public static JsonDocumentOptions DocumentOptions { get; } = new() { MaxDepth = MaxDepth };

    public static Utf8JsonWriter CreateWriter(IBufferWriter<byte> output) => new(output, WriterOptions);

    /// <summary>Encodes a text as a JSON string, quotes included.</summary>
    public static byte[] Encode(string text)
    {
        using var buffer = new PooledBuffer(text.Length + 16);
        using (Utf8JsonWriter writer = CreateWriter(buffer))
        {
            writer.WriteStringValue(text);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
