using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>A provider whose JSON is its own: each request is written anew, each answer is read into the wire types.</summary>
internal abstract class TypedTranslator(ProviderInfo info, string model, TimeProvider timeProvider) : BodyTranslator(info, model, timeProvider)
{
    public sealed override void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output)
    {
        using JsonDocument document = AnswerJson.Parse(answer);
        JsonElement root = document.RootElement;
        if (root.Find("error") is not null)
        {
            throw new UnexpectedShapeException("it reports an error");
        }

        switch (call.Operation)
        {
            case Operation.Chat:
                WireAnswers.Write(ReadChat(root) with { Provider = Info.Name }, output);
                break;
            case Operation.Completions:
                WireAnswers.Write(ReadCompletion(root), output);
                break;
            default:
                WireAnswers.Write(ReadVectors(root), Model, output);
                break;
        }
    }

    /// <summary>A chat answer of a provider that gives texts and nothing else.</summary>
    protected ChatResponse ChatOf(IEnumerable<string?> texts) => new()
    {
        Created = Now,
        Model = Model,
        Choices = [.. texts.Select((text, i) => new ChatChoice { Index = i, Message = ChatMessage.Assistant(text) })],
    };

    /// <summary>A completion of a provider that gives texts and nothing else.</summary>
    protected CompletionResponse CompletionOf(IEnumerable<string?> texts) => new()
    {
        Created = Now,
        Model = Model,
        Choices = [.. texts.Select((text, i) => new CompletionChoice { Index = i, Text = text })],
    };

    protected abstract ChatResponse ReadChat(JsonElement answer);

    protected abstract CompletionResponse ReadCompletion(JsonElement answer);

    /// <summary>Finds the vectors, in the order of the inputs.</summary>
    protected abstract IEnumerable<JsonElement> ReadVectors(JsonElement answer);
}
