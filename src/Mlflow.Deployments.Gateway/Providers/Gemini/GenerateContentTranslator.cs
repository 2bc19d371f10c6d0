using System.Collections.Immutable;
using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>The API of Google's models, which Google AI and Vertex AI share: they differ in the address and in who asks.</summary>
internal abstract class GenerateContentTranslator(ProviderInfo info, string model, string baseAddress, TimeProvider timeProvider)
    : TypedTranslator(info, model, timeProvider), IPassthrough
{
    private readonly Uri _generate = Address(baseAddress, model, "generateContent");
    private readonly Uri _stream = Address(baseAddress, model, "streamGenerateContent?alt=sse");
    private readonly Uri _passedStream = Address(baseAddress, model, "streamGenerateContent");
    private readonly Uri _embed = Address(baseAddress, model, "embedContent");
    private readonly Uri _batchEmbed = Address(baseAddress, model, "batchEmbedContents");

    ImmutableArray<PassthroughAction> IPassthrough.Actions => PassthroughActions.Gemini;

    /// <summary>It is in the address.</summary>
    string? IPassthrough.Model => null;

    // Without the query: the client says itself in which form it wants a stream.
    Uri IPassthrough.Address(PassthroughAction action) => action == PassthroughAction.GeminiStreamGenerateContent ? _passedStream : _generate;

    public virtual ValueTask AddHeadersAsync(HttpRequestMessage request, ProviderCall call, CancellationToken cancellationToken)
    {
        AddHeaders(request.Headers);
        return ValueTask.CompletedTask;
    }

    public virtual void Renew(HttpRequestMessage refused)
    {
    }

    public sealed override StreamTranslator OpenStream(ProviderCall call) => new GeminiStreamTranslator(Info, call.Operation, Model, Now);

    protected sealed override Uri Address(ProviderCall call) =>
        call.Operation != Operation.Embeddings ? (call.IsStream ? _stream : _generate)
            : GeminiEmbeddingRequest.IsBatch(call) ? _batchEmbed
            : _embed;

    protected sealed override void WriteRequest(ProviderCall call, Utf8JsonWriter writer)
    {
        if (call.Operation == Operation.Embeddings)
        {
            GeminiEmbeddingRequest.Write(call, Model, writer);
        }
        else
        {
            GeminiRequest.Write(call, Info.DisplayName, writer);
        }
    }

    protected sealed override ChatResponse ReadChat(JsonElement answer)
    {
        long now = Now;
        return new ChatResponse
        {
            Id = $"gemini-chat-{now}",
            Created = now,
            Model = Model,
            Choices = [.. GeminiCandidate.ReadAll(answer).Where(x => !x.IsEmpty).Select(x => x.ToChatChoice())],
            Usage = GeminiUsage.Read(answer),
        };
    }

    protected sealed override CompletionResponse ReadCompletion(JsonElement answer) => new()
    {
        Created = Now,
        Model = Model,
        Choices = [.. GeminiCandidate.ReadAll(answer).Where(x => !x.IsEmpty).Select(x => x.ToCompletionChoice())],
        Usage = GeminiUsage.Read(answer),
    };

    /// <summary>One vector or several: the two operations answer in two forms, some servers in either.</summary>
    protected sealed override IEnumerable<JsonElement> ReadVectors(JsonElement answer) =>
        (answer.Object("embedding") is { } single ? [single] : answer.RequiredItems("embeddings").AsEnumerable()).Select(x => x.Find("values") ?? default);

    private static Uri Address(string baseAddress, string model, string operation) =>
        new($"{baseAddress}/{string.Join('/', model.Split('/').Select(Uri.EscapeDataString))}:{operation}");
}
