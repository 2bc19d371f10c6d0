using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>Anthropic's messages, and its old text completions.</summary>
internal sealed class AnthropicTranslator(string providerName, AnthropicSettings settings, TimeProvider timeProvider)
    : TypedTranslator(
        new ProviderInfo(providerName, DisplayName, ProviderCapabilities.Chat | ProviderCapabilities.ChatStream | ProviderCapabilities.Completions),
        settings.Model,
        timeProvider),
        IPassthrough
{
    public const string DisplayName = "Anthropic";

    private readonly Uri _messages = new($"{settings.Base}/messages");
    private readonly Uri _complete = new($"{settings.Base}/complete");

    public static IReadOnlyList<CompletionChoice> ReadCompletionChoices(JsonElement answer) =>
    [
        new CompletionChoice
        {
            Text = answer.RequiredText("completion"),
            FinishReason = answer.Text("stop_reason") == "stop_sequence" ? FinishReason.Stop : FinishReason.Length,
        },
    ];

    ImmutableArray<PassthroughAction> IPassthrough.Actions => PassthroughActions.Anthropic;

    string? IPassthrough.Model => Model;

    Uri IPassthrough.Address(PassthroughAction action) => _messages;

    ValueTask IPassthrough.AddHeadersAsync(HttpRequestMessage request, ProviderCall call, CancellationToken cancellationToken)
    {
        AddHeaders(request.Headers);
        return ValueTask.CompletedTask;
    }

    public override StreamTranslator OpenStream(ProviderCall call) => new AnthropicStreamTranslator(Info, Now);

    protected override Uri Address(ProviderCall call) => call.Operation == Operation.Chat ? _messages : _complete;

    protected override void AddHeaders(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation("x-api-key", settings.Key.Reveal());
        headers.TryAddWithoutValidation("anthropic-version", settings.Version);
    }

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        writer.WriteString("model"u8, Model);
        if (call.Operation == Operation.Chat)
        {
            AnthropicChatRequest.Write(call, writer);
        }
        else
        {
            AnthropicCompletionRequest.Write(call, writer);
        }
    }

    protected override ChatResponse ReadChat(JsonElement answer) => AnthropicChatAnswer.Read(answer, Now);

    protected override CompletionResponse ReadCompletion(JsonElement answer) => new()
    {
        Created = Now,
        Model = answer.Text("model"),
        Choices = ReadCompletionChoices(answer),
    };

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer) => throw new NotSupportedException();
}
