using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>A stream whose events are read one by one into the wire types.</summary>
internal abstract class TypedStreamTranslator(ProviderInfo info) : StreamTranslator
{
    private readonly StreamChoices _choices = new();

    public override bool IsComplete => _choices.AllFinished;

    public sealed override void Take(string eventType, ReadOnlySpan<byte> data, EventBatch output)
    {
        using JsonDocument document = AnswerJson.Parse(data);
        if (document.RootElement.Find("error") is not null)
        {
            throw new UnexpectedShapeException("it reports an error");
        }

        Take(document.RootElement, output);
    }

    /// <summary>Takes one event and sends what it gives.</summary>
    protected abstract void Take(JsonElement data, EventBatch output);

    protected void Send(ChatChunk chunk, EventBatch output)
    {
        WireAnswers.Write(chunk with { Provider = info.Name }, output.Buffer, _choices);
        output.Commit();
    }

    protected void Send(CompletionChunk chunk, EventBatch output)
    {
        WireAnswers.Write(chunk, output.Buffer, _choices);
        output.Commit();
    }
}
