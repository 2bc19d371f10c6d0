using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>Translates the events of one upstream stream, in order.</summary>
internal abstract class StreamTranslator
{
    /// <summary>The upstream has said all it wanted to say; an end before that is a cut.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Takes one upstream event and adds none, one or more events for the client.</summary>
    /// <exception cref="System.Text.Json.JsonException">The event is not JSON.</exception>
    /// <exception cref="UnexpectedShapeException">The event is JSON of another kind.</exception>
    public abstract void Take(string eventType, ReadOnlySpan<byte> data, EventBatch output);
}
