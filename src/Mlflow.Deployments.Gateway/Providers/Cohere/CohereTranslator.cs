using System.Net.Http.Headers;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Cohere;

/// <summary>Cohere's first API: chat, generate, embed.</summary>
internal sealed class CohereTranslator(string providerName, KeyedSettings settings, TimeProvider timeProvider)
    : TypedTranslator(new ProviderInfo(providerName, "Cohere", ProviderCapabilities.All), settings.Model, timeProvider)
{
    private readonly Uri[] _addresses = [new($"{settings.Base}/chat"), new($"{settings.Base}/generate"), new($"{settings.Base}/embed")];

    public override StreamFraming Framing => StreamFraming.JsonLines;

    /// <summary>Writes the parameters of a completion that have another name or scale here.</summary>
    public static void WriteCompletion(RequestFields fields, Utf8JsonWriter writer)
    {
        fields.Refuse("stop_sequences", "stop", StatusCodes.Status400BadRequest);
        fields.Refuse("num_generations", "n", StatusCodes.Status400BadRequest);
        fields.Rename(writer, "stop", "stop_sequences");
        fields.Rename(writer, "n", "num_generations");
        fields.Scale(writer, "temperature", CohereChatRequest.TemperatureScale);
    }

    public static IReadOnlyList<CompletionChoice> ReadGenerations(JsonElement answer) =>
        [.. answer.RequiredItems("generations").Select((x, i) => new CompletionChoice { Index = i, Text = x.Text("text") })];

    public override StreamTranslator OpenStream(ProviderCall call) => new CohereStreamTranslator(Info, call.Operation, Model, Now);

    protected override Uri Address(ProviderCall call) => _addresses[(int)call.Operation];

    protected override void AddHeaders(HttpRequestHeaders headers) =>
        headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Key.Reveal());

    protected override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        writer.WriteString("model"u8, Model);
        var fields = RequestFields.Of(call);
        switch (call.Operation)
        {
            case Operation.Chat:
                CohereChatRequest.Write(call.ReadChat(), fields, writer);
                break;
            case Operation.Completions:
                WriteCompletion(fields, writer);
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
        Id = answer.Text("response_id"),
        Created = Now,
        Model = Model,
        Choices = [new ChatChoice { Message = ChatMessage.Assistant(answer.RequiredText("text")) }],
        Usage = CohereUsage.Read(answer),
    };

    protected override CompletionResponse ReadCompletion(JsonElement answer) => new()
    {
        Created = Now,
        Model = Model,
        Choices = ReadGenerations(answer),
    };

    protected override IEnumerable<JsonElement> ReadVectors(JsonElement answer) => answer.RequiredItems("embeddings");
}
