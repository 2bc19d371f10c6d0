using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>Chats by Converse, which has one form for the models of all makers.</summary>
internal sealed class ConverseTranslator(ProviderInfo info, string model, BedrockService service, TimeProvider timeProvider)
    : TypedTranslator(info, model, timeProvider)
{
    public override StreamTranslator OpenStream(ProviderCall call) => new ConverseStream(Info, Model, Now);

    protected override Uri Address(ProviderCall call) => service.Address(call.IsStream ? "converse-stream" : "converse");

    protected override void AddHeaders(HttpRequestHeaders headers)
    {
        // The signature comes last, over all that is there by then.
    }

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer) => ConverseRequest.Write(call.ReadChat(), writer);

    protected override ChatResponse ReadChat(JsonElement answer) => ConverseAnswer.Read(answer, Model, Now);

    /// <summary>Never asked for: completions go to InvokeModel.</summary>
    protected override CompletionResponse ReadCompletion(JsonElement answer) => throw new NotSupportedException();

    /// <summary>Never asked for: embeddings go to InvokeModel.</summary>
    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer) => throw new NotSupportedException();
}
