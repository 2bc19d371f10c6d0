using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.OpenAI;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Mistral;

/// <summary>Mistral's API: OpenAI's for chats and embeddings; completions are chats of one message.</summary>
internal sealed class MistralTranslator : BodyTranslator
{
    private const ProviderCapabilities Capabilities = ProviderCapabilities.All & ~ProviderCapabilities.CompletionsStream;

    private static readonly Shape Chat = WireShapes.Chat.With(ShapeField.Object("usage", WireShapes.Figures, ShapeMissing.Empty));
    private static readonly Shape ChatChunk = WireShapes.ChatChunk.With(ShapeField.Null("usage"));

    private readonly KeyedSettings _settings;
    private readonly Shape _completions;
    private readonly Shape _embeddings;
    private readonly byte[] _providerField;
    private readonly Uri _chatAddress;
    private readonly Uri _embeddingsAddress;

    public MistralTranslator(string providerName, KeyedSettings settings, TimeProvider timeProvider)
        : base(new ProviderInfo(providerName, "Mistral", Capabilities), settings.Model, timeProvider)
    {
        _settings = settings;
        _providerField = [.. ",\"provider\":"u8, .. JsonText.Encode(providerName)];
        ShapeField model = ShapeField.Constant("model", settings.Model);
        // When it was made is told by the gateway's clock, behind the other fields.
        _completions = new Shape(
            ShapeField.Null("id"),
            ShapeField.Constant("object", "text_completion"),
            model,
            ShapeField.List("choices", WireShapes.CompletionChoice, ShapeMissing.Fail),
            ShapeField.Object("usage", WireShapes.Figures, ShapeMissing.Empty));
        _embeddings = WireShapes.Embeddings.With(model);
        _chatAddress = new Uri($"{settings.Base}/chat/completions");
        _embeddingsAddress = new Uri($"{settings.Base}/embeddings");
    }

    public override void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output)
    {
        switch (call.Operation)
        {
            case Operation.Chat:
                JsonReshaper.Write(answer, Chat, _providerField, output);
                break;
            case Operation.Completions:
                byte[] created = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"created\":{Now}"));
                JsonReshaper.Write(answer, _completions, created, output);
                break;
            default:
                JsonReshaper.Write(answer, _embeddings, tail: default, output);
                break;
        }
    }

    public override StreamTranslator OpenStream(ProviderCall call) => new OpenAIStreamTranslator(ChatChunk, _providerField);

    protected override Uri Address(ProviderCall call) => call.Operation == Operation.Embeddings ? _embeddingsAddress : _chatAddress;

    protected override void AddHeaders(HttpRequestHeaders headers) =>
        headers.Authorization = new AuthenticationHeaderValue("Bearer", _settings.Key.Reveal());

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        writer.WriteString("model"u8, Model);
        var fields = RequestFields.Of(call);
        if (call.Operation == Operation.Completions)
        {
            writer.WriteStartArray("messages"u8);
            writer.WriteStartObject();
            writer.WriteString("role"u8, "user"u8);
            fields.Rename(writer, "prompt", "content");
            writer.WriteEndObject();
            writer.WriteEndArray();
            fields.Drop("messages", "stop", "n");
            fields.Scale(writer, "temperature", 0.5);
        }

        fields.CopyRest(writer);
    }
}
