using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Palm;

/// <summary>Google's PaLM API, which Google has retired; kept for servers that still speak it.</summary>
internal sealed class PalmTranslator(string providerName, KeyedSettings settings, TimeProvider timeProvider)
    : TypedTranslator(new ProviderInfo(providerName, "PaLM", Capabilities), settings.Model, timeProvider)
{
    private const ProviderCapabilities Capabilities = ProviderCapabilities.Chat | ProviderCapabilities.Completions | ProviderCapabilities.Embeddings;

    private readonly Uri _generateMessage = new($"{settings.Base}/{Uri.EscapeDataString(settings.Model)}:generateMessage");
    private readonly Uri _generateText = new($"{settings.Base}/{Uri.EscapeDataString(settings.Model)}:generateText");
    private readonly Uri _batchEmbedText = new($"{settings.Base}/{Uri.EscapeDataString(settings.Model)}:batchEmbedText");

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    public override StreamTranslator OpenStream(ProviderCall call) => throw new NotSupportedException();

    protected override Uri Address(ProviderCall call) => call.Operation switch
    {
        Operation.Chat => _generateMessage,
        Operation.Completions => _generateText,
        _ => _batchEmbedText,
    };

    protected override void AddHeaders(HttpRequestHeaders headers) => headers.TryAddWithoutValidation("x-goog-api-key", settings.Key.Reveal());

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        var fields = RequestFields.Of(call);
        switch (call.Operation)
        {
            case Operation.Chat:
                WriteChat(call.ReadChat(), fields, writer);
                break;
            case Operation.Completions:
                fields.Refuse("maxOutputTokens", "max_tokens");
                WriteCommon(fields, writer);
                fields.Rename(writer, "max_tokens", "maxOutputTokens");
                writer.WriteStartObject("prompt"u8);
                fields.Rename(writer, "prompt", "text");
                writer.WriteEndObject();
                break;
            default:
                fields.Refuse("texts", "input");
                fields.Rename(writer, "input", "texts");
                break;
        }

        fields.CopyRest(writer);
    }

    protected override ChatResponse ReadChat(JsonElement answer) => new()
    {
        Created = Now,
        Model = Model,
        Choices =
        [
            .. answer.RequiredItems("candidates").Select((candidate, i) => new ChatChoice
            {
                Index = i,
                Message = new ChatMessage { Role = new ChatRole(candidate.Text("author")), Content = candidate.Text("content") },
            }),
        ],
    };

    protected override CompletionResponse ReadCompletion(JsonElement answer) =>
        CompletionOf(answer.RequiredItems("candidates").Select(x => x.Text("output")));

    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer) =>
        answer.RequiredItems("embeddings").Select(x => x.Find("value") ?? default);

    private static void WriteChat(ChatRequest request, RequestFields fields, Utf8JsonWriter writer)
    {
        if (fields.Has("max_tokens") || fields.Has("maxOutputTokens"))
        {
            throw new ProviderException(FailureKind.RequestRefused, "Max tokens is not supported for PaLM chat; leave max_tokens out.");
        }

        WriteCommon(fields, writer);
        writer.WriteStartObject("prompt"u8);
        writer.WriteStartArray("messages"u8);
        foreach (ChatMessage message in request.Messages)
        {
            writer.WriteStartObject();
            writer.WriteString("content"u8, message.Content ?? message.Refusal);
            writer.WriteString("author"u8, message.Role.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        fields.Rename(writer, "examples", "examples");
        fields.Rename(writer, "context", "context");
        writer.WriteEndObject();
        fields.Drop("messages", "prompt");
    }

    private static void WriteCommon(RequestFields fields, Utf8JsonWriter writer)
    {
        fields.Refuse("stopSequences", "stop");
        fields.Refuse("candidateCount", "n");
        fields.Rename(writer, "stop", "stopSequences");
        fields.Rename(writer, "n", "candidateCount");
        fields.Scale(writer, "temperature", 0.5);
    }
}
