using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.ModelServing;

/// <summary>A model behind <c>mlflow models serve</c>: inputs and parameters go in, predictions come out.</summary>
internal sealed class ModelServingTranslator(string providerName, string? modelName, ModelServingSettings settings, TimeProvider timeProvider)
    : TypedTranslator(new ProviderInfo(providerName, DisplayName, Capabilities), modelName ?? "", timeProvider)
{
    private const string DisplayName = "MLflow Model Serving";
    private const ProviderCapabilities Capabilities = ProviderCapabilities.Chat | ProviderCapabilities.Completions | ProviderCapabilities.Embeddings;
    private const string Predictions = "predictions";

    private readonly Uri _invocations = new($"{settings.Server}/invocations");

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    public override StreamTranslator OpenStream(ProviderCall call) => throw new NotSupportedException();

    protected override Uri Address(ProviderCall call) => _invocations;

    protected override void AddHeaders(HttpRequestHeaders headers)
    {
        // Its servers ask for no key.
    }

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        var fields = RequestFields.Of(call);
        string name = call.Operation switch { Operation.Chat => "messages", Operation.Completions => "prompt", _ => "input" };
        using (JsonDocument document = JsonDocument.Parse(fields.Take(name)!.Value, JsonText.DocumentOptions))
        {
            writer.WritePropertyName("inputs"u8);
            WriteInputs(call.Operation == Operation.Chat ? Content(document.RootElement) : document.RootElement, writer);
        }

        if (fields.Any)
        {
            writer.WriteStartObject("params"u8);
            fields.CopyRest(writer);
            writer.WriteEndObject();
        }
    }

    protected override ChatResponse ReadChat(JsonElement answer) => ChatOf(Texts(answer));

    protected override CompletionResponse ReadCompletion(JsonElement answer) => CompletionOf(Texts(answer));

    /// <summary>One vector an input, or, from models that take one input only, the vector itself.</summary>
    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer)
    {
        JsonElement predictions = answer.Find(Predictions) ?? throw Unexpected("is missing");
        return IsVector(predictions) ? [predictions]
            : predictions.ValueKind == JsonValueKind.Array && predictions.GetArrayLength() > 0 && predictions.EnumerateArray().All(IsVector)
                ? predictions.EnumerateArray()
                : throw Unexpected("is neither a list of vectors nor a vector");
    }

    private static void WriteInputs(JsonElement input, Utf8JsonWriter writer)
    {
        if (input.ValueKind == JsonValueKind.Array)
        {
            input.WriteTo(writer);
            return;
        }

        writer.WriteStartArray();
        input.WriteTo(writer);
        writer.WriteEndArray();
    }

    private static JsonElement Content(JsonElement messages) =>
        messages.GetArrayLength() == 1
            ? messages[0].Find("content") is { ValueKind: JsonValueKind.String } content
                ? content
                : throw new ProviderException(FailureKind.RequestRefused, $"The content of the message must be a text for {DisplayName} chats.")
            : throw new ProviderException(
                FailureKind.RequestRefused, $"{DisplayName} chats take one message. Received: {messages.GetArrayLength()}.");

    private static List<string> Texts(JsonElement answer)
    {
        JsonElement predictions = answer.Find(Predictions) ?? throw Unexpected("is missing");
        if (predictions.ValueKind == JsonValueKind.Object)
        {
            predictions = predictions.Find("choices") ?? (predictions.EnumerateObject().ToList() is [var only] ? only.Value : default);
        }

        return predictions.ValueKind == JsonValueKind.Array
            && predictions.GetArrayLength() > 0
            && predictions.EnumerateArray().All(x => x.ValueKind == JsonValueKind.String)
                ? [.. predictions.EnumerateArray().Select(x => x.AsText(Predictions))]
                : throw Unexpected("holds no list of texts");
    }

    private static bool IsVector(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0 && element.EnumerateArray().All(x => x.ValueKind == JsonValueKind.Number);

    private static UnexpectedShapeException Unexpected(string what) => new($"'{Predictions}' {what}");
}
