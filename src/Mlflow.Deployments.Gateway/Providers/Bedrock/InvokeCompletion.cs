using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>Completions by InvokeModel, which passes bodies on in the form of the model's maker.</summary>
internal sealed class InvokeCompletion(ProviderInfo info, string model, BedrockService service, TimeProvider timeProvider)
    : TypedTranslator(info, model, timeProvider)
{
    private readonly BedrockFamily? _family = BedrockFamily.Of(model);

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    public override StreamTranslator OpenStream(ProviderCall call) => throw new NotSupportedException();

    protected override Uri Address(ProviderCall call) => service.Address("invoke");

    protected override void AddHeaders(HttpRequestHeaders headers)
    {
        // The signature comes last, over all that is there by then.
    }

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        BedrockFamily family = _family
            ?? throw new ProviderException(
                FailureKind.RequestRefused, $"The Amazon Bedrock model '{Model}' cannot complete texts here; it is of none of the families {BedrockFamily.Known}.");
        var fields = RequestFields.Of(call);
        CompletionRequest request = call.ReadCompletion();
        if (request.N == 1)
        {
            // The default; most of these models do not know the parameter.
            fields.Drop("n");
        }

        family.Write(request, fields, writer);
    }

    /// <summary>Never asked for: chats go to Converse.</summary>
    protected override ChatResponse ReadChat(JsonElement answer) => throw new NotSupportedException();

    protected override CompletionResponse ReadCompletion(JsonElement answer) =>
        new() { Created = Now, Model = Model, Choices = _family!.Read(answer) };

    /// <summary>Never asked for: embeddings have an operation of their own.</summary>
    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer) => throw new NotSupportedException();
}
