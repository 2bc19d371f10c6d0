using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>One chunk in, one chunk out.</summary>
internal sealed class OpenAIStreamTranslator(Shape shape, byte[] tail) : StreamTranslator
{
    private readonly StreamChoices _choices = new();
    private readonly ChunkTemplate _template = new();

    public override bool IsComplete => _choices.AllFinished;

    public override void Take(string eventType, ReadOnlySpan<byte> data, EventBatch output)
    {
        if (!_template.TryWrite(data, output.Buffer))
        {
            int start = output.Buffer.Count;
            _choices.Text = null;
            JsonReshaper.Write(data, shape, tail, output.Buffer, _choices);
            if (ReportsError(data))
            {
                throw new UnexpectedShapeException("it reports an error");
            }

            ChunkText? text = _choices.Text is { } place ? place with { OutputStart = place.OutputStart - start } : null;
            _template.Learn(data, output.Buffer.WrittenSpan[start..], text);
        }

        output.Commit();
    }

    /// <summary>Some providers put the error beside choices, so that the event has the form of a chunk.</summary>
    private static bool ReportsError(ReadOnlySpan<byte> data) => data.IndexOf("\"error\""u8) >= 0 && UpstreamError.Find(data.ToArray()) is not null;
}
