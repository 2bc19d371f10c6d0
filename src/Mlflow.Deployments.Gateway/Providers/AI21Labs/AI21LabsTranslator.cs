using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.AI21Labs;

/// <summary>AI21's Jurassic-2 models, which AI21 has retired; kept for servers that still speak their form.</summary>
internal sealed class AI21LabsTranslator(string providerName, AI21LabsSettings settings, TimeProvider timeProvider)
    : TypedTranslator(new ProviderInfo(providerName, "AI21Labs", ProviderCapabilities.Completions), settings.Model, timeProvider)
{
    private readonly Uri _complete = new($"{settings.Base}/{Uri.EscapeDataString(settings.Model)}/complete");

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    public override StreamTranslator OpenStream(ProviderCall call) => throw new NotSupportedException();

    protected override Uri Address(ProviderCall call) => _complete;

    protected override void AddHeaders(HttpRequestHeaders headers) => headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Key.Reveal());

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        var fields = RequestFields.Of(call);
        foreach ((string name, string ownName) in AI21LabsCompletion.Names)
        {
            fields.Refuse(ownName, name);
        }

        AI21LabsCompletion.Write(fields, writer);
    }

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    protected override ChatResponse ReadChat(JsonElement answer) => throw new NotSupportedException();

    protected override CompletionResponse ReadCompletion(JsonElement answer) =>
        new() { Created = Now, Model = Model, Choices = AI21LabsCompletion.ReadChoices(answer) };

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer) => throw new NotSupportedException();
}
