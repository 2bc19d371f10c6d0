using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>The embedding of one text by a model of the Titan kind. What is known of it is kept until all texts of a request are there.</summary>
internal sealed class TitanEmbedding(ProviderInfo info, string model, BedrockService service, TimeProvider timeProvider)
    : BodyTranslator(info, model, timeProvider)
{
    private static readonly Shape Answer = new(ShapeField.Vector("embedding"), ShapeField.Number("inputTextTokenCount"));

    /// <summary>The part of a request that asks for one text.</summary>
    public static ProviderCall CallFor(ProviderCall whole, string text) => new()
    {
        Endpoint = whole.Endpoint,
        Operation = whole.Operation,
        IsStream = false,
        Body = JsonText.Encode(text),
    };

    public override void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output) =>
        JsonReshaper.Write(answer, Answer, tail: default, output);

    /// <summary>Never asked for: embeddings do not stream.</summary>
    public override StreamTranslator OpenStream(ProviderCall call) => throw new NotSupportedException();

    /// <summary>Makes one answer of those for the single texts.</summary>
    public PooledBuffer Join(IEnumerable<ProviderAnswer> answers)
    {
        var output = new PooledBuffer();
        using Utf8JsonWriter writer = JsonText.CreateWriter(output);
        long tokens = 0;
        int index = 0;
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        foreach (ProviderAnswer answer in answers)
        {
            using JsonDocument document = AnswerJson.Parse(answer.Body!.WrittenSpan);
            writer.WriteStartObject();
            writer.WriteString("object"u8, "embedding"u8);
            writer.WritePropertyName("embedding"u8);
            document.RootElement.GetProperty("embedding"u8).WriteTo(writer);
            writer.WriteNumber("index"u8, index++);
            writer.WriteEndObject();
            tokens += document.RootElement.Integer("inputTextTokenCount") ?? 0;
        }

        writer.WriteEndArray();
        writer.WriteString("model"u8, Model);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, tokens);
        writer.WriteNumber("total_tokens"u8, tokens);
        writer.WriteEndObject();
        writer.WriteEndObject();
        return output;
    }

    protected override Uri Address(ProviderCall call) => service.Address("invoke");

    protected override void AddHeaders(HttpRequestHeaders headers)
    {
        // The signature comes last, over all that is there by then.
    }

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        writer.WritePropertyName("inputText"u8);
        writer.WriteRawValue(call.Body.Span, skipInputValidation: true);
    }
}
