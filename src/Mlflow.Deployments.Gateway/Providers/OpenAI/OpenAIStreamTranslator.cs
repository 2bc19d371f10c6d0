using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>One chunk in, one chunk out.</summary>
internal sealed class OpenAIStreamTranslator(Shape shape, byte[] tail) : StreamTranslator
{
    private readonly StreamChoices _choices = new();

    public override bool IsComplete => _choices.AllFinished;

    public override void Take(string eventType, ReadOnlySpan<byte> data, EventBatch output)
    {
        JsonReshaper.Write(data, shape, tail, output.Buffer, _choices);
        output.Commit();
    }
}
