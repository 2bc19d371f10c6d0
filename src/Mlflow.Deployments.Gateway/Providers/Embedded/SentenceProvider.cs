using System.Buffers.Binary;
using System.Text.Json;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>Embeddings of the model <c>use-lite-en</c>: no key, no network.</summary>
internal sealed class SentenceProvider : IProvider
{
    /// <summary>Texts in one request, as many as OpenAI takes.</summary>
    private const int MaxTexts = 2048;

    public ProviderInfo Info { get; } = new(DevProvider.Name, "Embedded", ProviderCapabilities.Embeddings);

    public async ValueTask<ProviderAnswer> InvokeAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        EmbeddingRequest request = call.ReadEmbedding();
        IReadOnlyList<string> texts = Texts(request);
        bool isBase64 = IsBase64(request);
        if (request.Extra?.TryGetValue("dimensions", out JsonElement dimensions) == true
            && !(dimensions.ValueKind == JsonValueKind.Number && dimensions.GetDouble() == SentenceEncoder.Dimension))
        {
            throw Refuse(StatusCodes.Status422UnprocessableEntity, $"dimensions must be {SentenceEncoder.Dimension}, or left out");
        }

        var output = new PooledBuffer(texts.Count * SentenceEncoder.Dimension * (isBase64 ? 6 : 12));
        try
        {
            await WriteAsync(texts, isBase64, output, cancellationToken);
            (PooledBuffer body, output) = (output, null!);
            return new ProviderAnswer(body);
        }
        finally
        {
            output?.Dispose();
        }
    }

    private static async Task WriteAsync(IReadOnlyList<string> texts, bool isBase64, PooledBuffer output, CancellationToken cancellationToken)
    {
        int tokens = 0;
        using Utf8JsonWriter writer = JsonText.CreateWriter(output);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        for (int i = 0; i < texts.Count; i++)
        {
            string text = texts[i];
            (float[] vector, int count) = await EncodingWorkers.Shared.RunAsync(() => Encode(text), cancellationToken);
            tokens += count;
            writer.WriteStartObject();
            writer.WriteString("object"u8, "embedding"u8);
            writer.WritePropertyName("embedding"u8);
            WriteVector(writer, vector, isBase64);
            writer.WriteNumber("index"u8, i);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("model"u8, SentenceEncoder.ModelName);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, tokens);
        writer.WriteNumber("total_tokens"u8, tokens);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static (float[] Vector, int Count) Encode(string text)
    {
        float[] vector = SentenceEncoder.Shared.Encode(text, out int count);
        return (vector, count);
    }

    private static void WriteVector(Utf8JsonWriter writer, float[] vector, bool isBase64)
    {
        if (isBase64)
        {
            Span<byte> bytes = stackalloc byte[SentenceEncoder.Dimension * sizeof(float)];
            for (int i = 0; i < vector.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], vector[i]);
            }

            writer.WriteBase64StringValue(bytes);
            return;
        }
        writer.WriteStartArray();
        foreach (float number in vector)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static IReadOnlyList<string> Texts(EmbeddingRequest request)
    {
        const string NoTokens = "input must be a text or a list of texts; token numbers of other models mean nothing to it";
        EmbeddingInput input = request.Input;
        // An empty list can be of anything.
        bool isEmpty = input.Count == 0 || input.Tokens is { Count: 0 };
        IReadOnlyList<string> texts = input.Text is { } text ? [text]
            : input.Texts ?? (isEmpty ? [] : throw Refuse(StatusCodes.Status422UnprocessableEntity, NoTokens));
        if (texts.Count > MaxTexts)
        {
            throw Refuse(StatusCodes.Status400BadRequest, $"input has {texts.Count} texts; at most {MaxTexts} fit in one request");
        }

        for (int i = 0; i < texts.Count; i++)
        {
            if (SentenceEncoder.IsBlank(texts[i]))
            {
                throw Refuse(StatusCodes.Status400BadRequest, $"text {i} of input is empty or white space and has no vector");
            }

            if (!SentenceEncoder.Shared.CanEncode(texts[i]))
            {
                throw Refuse(StatusCodes.Status400BadRequest, $"text {i} of input is not ASCII, and this process runs without ICU");
            }
        }
        return texts;
    }

    private static bool IsBase64(EmbeddingRequest request)
    {
        if (request.EncodingFormat is not { } format || format == EmbeddingEncodingFormat.Float)
        {
            return false;
        }

        return format == EmbeddingEncodingFormat.Base64
            ? true
            : throw Refuse(StatusCodes.Status422UnprocessableEntity, "encoding_format must be float or base64");
    }

    private static ProviderException Refuse(int status, string what) =>
        ProviderException.Refuse(status, $"The embedded model {SentenceEncoder.ModelName} cannot take this request: {what}.");
}
