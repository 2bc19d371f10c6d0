using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.MosaicML;

/// <summary>MosaicML's hosted models, which are no more; kept for servers that still speak its form.</summary>
internal sealed class MosaicMLTranslator(string providerName, MosaicMLSettings settings, TimeProvider timeProvider)
    : TypedTranslator(new ProviderInfo(providerName, "MosaicML", Capabilities), settings.Model, timeProvider)
{
    private const ProviderCapabilities Capabilities = ProviderCapabilities.Chat | ProviderCapabilities.Completions | ProviderCapabilities.Embeddings;

    private readonly Uri _predict = new($"{settings.Base}/{Uri.EscapeDataString(settings.Model)}/v1/predict");

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    public override StreamTranslator OpenStream(ProviderCall call) => throw new NotSupportedException();

    /// <summary>The server blames itself for what the client asked too much of.</summary>
    public override ProviderException TranslateError(ProviderCall call, HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isJson)
    {
        ProviderException failure = base.TranslateError(call, response, body, isJson);
        return isJson && failure.Status == StatusCodes.Status500InternalServerError && IsTokenLimit(body)
            ? ProviderException.FromStatus(StatusCodes.Status422UnprocessableEntity, failure.Detail.ToArray())
            : failure;
    }

    protected override Uri Address(ProviderCall call) => _predict;

    protected override void AddHeaders(HttpRequestHeaders headers) => headers.TryAddWithoutValidation("Authorization", settings.Key.Reveal());

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        var fields = RequestFields.Of(call);
        if (call.Operation == Operation.Embeddings)
        {
            fields.Refuse("inputs", "input");
            WriteEmbeddingInput(fields.Take("input")!.Value.Span, writer);
            fields.CopyRest(writer);
            return;
        }

        fields.Refuse("max_new_tokens", "max_tokens");
        writer.WriteStartArray("inputs"u8);
        writer.WriteStringValue(call.Operation == Operation.Chat ? LlamaPrompt.Of(call.ReadChat().Messages) : call.ReadCompletion().Prompt);
        writer.WriteEndArray();
        fields.Drop("messages", "prompt");
        writer.WriteStartObject("parameters"u8);
        fields.Rename(writer, "max_tokens", "max_new_tokens");
        fields.CopyRest(writer);
        writer.WriteEndObject();
    }

    protected override ChatResponse ReadChat(JsonElement answer) => ChatOf(Texts(answer));

    protected override CompletionResponse ReadCompletion(JsonElement answer) => CompletionOf(Texts(answer));

    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer) => answer.RequiredItems("outputs");

    private static IEnumerable<string?> Texts(JsonElement answer) => answer.RequiredItems("outputs").Select(x => x.AsText("outputs"));

    private static void WriteEmbeddingInput(ReadOnlySpan<byte> input, Utf8JsonWriter writer)
    {
        writer.WritePropertyName("inputs"u8);
        if (input[0] == (byte)'[')
        {
            writer.WriteRawValue(input, skipInputValidation: true);
            return;
        }

        writer.WriteStartArray();
        writer.WriteRawValue(input, skipInputValidation: true);
        writer.WriteEndArray();
    }

    private static bool IsTokenLimit(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body, Json.JsonText.DocumentOptions);
        return document.RootElement.Find("message") is { ValueKind: JsonValueKind.String } message
            && message.GetString() is { } text
            && (text.StartsWith("Error: max output tokens is limited to", StringComparison.Ordinal)
                || text.StartsWith("Error: prompt token count", StringComparison.Ordinal));
    }
}
