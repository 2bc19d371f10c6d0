using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>What makes one HTTP provider different from the others: request out, answer back, events back. No sending, no waiting.</summary>
internal abstract class UpstreamTranslator
{
    public abstract ProviderInfo Info { get; }

    /// <summary>Makes the upstream request. Its content owns whatever it needs.</summary>
    public abstract HttpRequestMessage CreateRequest(ProviderCall call);

    /// <summary>Writes the upstream's whole answer in MLflow's wire format.</summary>
    /// <exception cref="System.Text.Json.JsonException">The answer is not JSON.</exception>
    /// <exception cref="UnexpectedShapeException">The answer is JSON of another kind.</exception>
    public abstract void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output);

    /// <summary>Starts the translation of one stream.</summary>
    public abstract StreamTranslator OpenStream(ProviderCall call);
}
