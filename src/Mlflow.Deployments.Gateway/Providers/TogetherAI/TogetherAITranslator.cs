using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.OpenAI;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.TogetherAI;

/// <summary>TogetherAI's API: OpenAI's, but for log probabilities and the form of the chunks.</summary>
internal sealed class TogetherAITranslator : BodyTranslator
{
    private static readonly ShapeField Usage = ShapeField.Object("usage", WireShapes.Figures, ShapeMissing.Empty);

    private static readonly ShapeField ChatChoices = ShapeField.List(
        "choices",
        WireShapes.ChatChoice.With(
            ShapeField.Object("message", WireShapes.Message.With(ShapeField.Null("tool_calls")), ShapeMissing.Fail), ShapeField.Null("finish_reason")),
        ShapeMissing.Fail);

    private static readonly ShapeField CompletionChoices = ShapeField.List(
        "choices", WireShapes.CompletionChoice.With(ShapeField.Null("finish_reason")), ShapeMissing.Fail);

    private static readonly ShapeField EmbeddingUsage = ShapeField.Object(
        "usage", new Shape(ShapeField.Null("prompt_tokens"), ShapeField.Null("total_tokens")), ShapeMissing.Empty);

    private readonly KeyedSettings _settings;
    private readonly Shape _chat;
    private readonly Shape _completions;
    private readonly Shape _completionsChunk;
    private readonly Shape _embeddings;
    private readonly byte[] _providerField;
    private readonly Uri[] _addresses;

    public TogetherAITranslator(string providerName, KeyedSettings settings, TimeProvider timeProvider)
        : base(new ProviderInfo(providerName, "TogetherAI", ProviderCapabilities.All), settings.Model, timeProvider)
    {
        _settings = settings;
        ShapeField model = ShapeField.Constant("model", settings.Model);
        _chat = WireShapes.Chat.With(ShapeField.Constant("object", "chat.completion"), model, ChatChoices, Usage);
        _completions = WireShapes.Completions.With(model, CompletionChoices, Usage);
        _completionsChunk = WireShapes.CompletionsChunk.With(model, ShapeField.Null("usage"));
        _embeddings = WireShapes.Embeddings.With(model, EmbeddingUsage);
        _providerField = [.. ",\"provider\":"u8, .. JsonText.Encode(providerName)];
        _addresses = [new($"{settings.Base}/chat/completions"), new($"{settings.Base}/completions"), new($"{settings.Base}/embeddings")];
    }

    public override void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output)
    {
        switch (call.Operation)
        {
            case Operation.Chat:
                JsonReshaper.Write(answer, _chat, _providerField, output);
                break;
            case Operation.Completions:
                JsonReshaper.Write(answer, _completions, tail: default, output);
                break;
            default:
                JsonReshaper.Write(answer, _embeddings, tail: default, output);
                break;
        }
    }

    public override StreamTranslator OpenStream(ProviderCall call) =>
        call.Operation == Operation.Chat
            ? new TogetherAIChatStream(Info, Model)
            : new OpenAIStreamTranslator(_completionsChunk, tail: []);

    protected override Uri Address(ProviderCall call) => _addresses[(int)call.Operation];

    protected override void AddHeaders(HttpRequestHeaders headers) =>
        headers.Authorization = new AuthenticationHeaderValue("Bearer", _settings.Key.Reveal());

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        writer.WriteString("model"u8, Model);
        var fields = RequestFields.Of(call);
        if (call.Operation != Operation.Embeddings)
        {
            CheckInteger(fields, "logprobs");
            CheckInteger(fields, "top_logprobs");
            fields.Rename(writer, "top_logprobs", "logprobs");
        }

        if (call.Operation == Operation.Completions && !fields.Has("max_tokens"))
        {
            throw new ProviderException(FailureKind.RequestRefused, "max_tokens is missing; TogetherAI completions need it.");
        }

        fields.CopyRest(writer);
    }

    private static void CheckInteger(RequestFields fields, string name)
    {
        if (!fields.IsIntegerOrMissing(name))
        {
            throw new ProviderException(FailureKind.RequestRefused, $"Wrong type for {name}. It should be a 32 bit integer.");
        }
    }
}
