using System.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>What makes one HTTP provider different from the others: request out, answer back, events back. No sending, no waiting.</summary>
internal abstract class UpstreamTranslator
{
    /// <summary>How the gateway names itself to providers.</summary>
    protected static ProductInfoHeaderValue UserAgent { get; } = new("mlflow-deployments-gateway", "0.1");

    public abstract ProviderInfo Info { get; }

    /// <summary>How the events of the upstream's streams are told from each other.</summary>
    public virtual StreamFraming Framing => StreamFraming.ServerSentEvents;

    /// <summary>Makes the upstream request. Its content owns whatever it needs.</summary>
    public abstract HttpRequestMessage CreateRequest(ProviderCall call);

    /// <summary>Makes the upstream request where credentials may have to be waited for. The client's time limit holds for the wait, too.</summary>
    public virtual ValueTask<HttpRequestMessage> CreateRequestAsync(ProviderCall call, CancellationToken cancellationToken) => new(CreateRequest(call));

    /// <summary>Writes the upstream's whole answer in MLflow's wire format.</summary>
    /// <exception cref="System.Text.Json.JsonException">The answer is not JSON.</exception>
    /// <exception cref="UnexpectedShapeException">The answer is JSON of another kind.</exception>
    public abstract void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output);

    /// <summary>Tells the client about an error status. The table knows the usual forms; a provider with words of its own comes before it.</summary>
    /// <param name="call">What was asked.</param>
    /// <param name="response">The upstream's answer, of status 400 or above.</param>
    /// <param name="body">Its body.</param>
    /// <param name="isJson">Whether it says that its body is JSON.</param>
    public virtual ProviderException TranslateError(ProviderCall call, HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isJson) =>
        UpstreamErrorTable.Translate(call, response, body, isJson);

    /// <summary>Tells the client that the upstream was silent for too long.</summary>
    public virtual ProviderException TranslateTimeout(ProviderCall call, TimeSpan limit, Exception inner) => UpstreamFailures.Timeout(call, limit, inner);

    /// <summary>Starts the translation of one stream.</summary>
    public abstract StreamTranslator OpenStream(ProviderCall call);
}
