using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.HuggingFace;

/// <summary>A server of Hugging Face's Text Generation Inference, in its own form.</summary>
internal sealed class HuggingFaceTranslator(string providerName, string? modelName, HuggingFaceSettings settings, TimeProvider timeProvider)
    : TypedTranslator(new ProviderInfo(providerName, DisplayName, ProviderCapabilities.Completions), modelName ?? "", timeProvider)
{
    private const string DisplayName = "Hugging Face Text Generation Inference";

    /// <summary>Its temperatures go from 0 to 100, without the 0.</summary>
    private const double TemperatureScale = 50;
    private const double LeastTemperature = 0.001;

    private readonly Uri _generate = new($"{settings.Server}/generate");

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    public override StreamTranslator OpenStream(ProviderCall call) => throw new NotSupportedException();

    protected override Uri Address(ProviderCall call) => _generate;

    protected override void AddHeaders(HttpRequestHeaders headers)
    {
        // Its servers ask for no key.
    }

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        CompletionRequest request = call.ReadCompletion();
        var fields = RequestFields.Of(call);
        fields.Refuse("max_new_tokens", "max_tokens");
        fields.RequireOneAnswer(request.N, DisplayName);
        fields.Rename(writer, "prompt", "inputs");
        writer.WriteStartObject("parameters"u8);
        fields.Rename(writer, "max_tokens", "max_new_tokens");
        if (request.Temperature is { } temperature)
        {
            writer.WriteNumber("temperature"u8, Math.Max(temperature * TemperatureScale, LeastTemperature));
        }

        // The figures of the usage are among them.
        writer.WriteBoolean("details"u8, true);
        writer.WriteBoolean("decoder_input_details"u8, true);
        fields.Drop("temperature", "details", "decoder_input_details");
        fields.CopyRest(writer);
        writer.WriteEndObject();
    }

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    protected override ChatResponse ReadChat(JsonElement answer) => throw new NotSupportedException();

    protected override CompletionResponse ReadCompletion(JsonElement answer)
    {
        JsonElement details = answer.Object("details") ?? throw new UnexpectedShapeException("'details' is missing");
        int prompt = details.Items("prefill").Count();
        int? generated = details.Integer("generated_tokens");
        return new CompletionResponse
        {
            Created = Now,
            Model = Model,
            Choices = [new CompletionChoice { Text = answer.RequiredText("generated_text"), FinishReason = new FinishReason(details.Text("finish_reason")) }],
            Usage = new TokenUsage { PromptTokens = prompt, CompletionTokens = generated, TotalTokens = prompt + generated },
        };
    }

    /// <summary>Never asked for: it is not among the capabilities.</summary>
    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer) => throw new NotSupportedException();
}
