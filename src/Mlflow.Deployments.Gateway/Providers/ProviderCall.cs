using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>One request for a provider: checked and normalised, in MLflow's wire format.</summary>
internal sealed class ProviderCall
{
    public required EndpointConfig Endpoint { get; init; }

    public required Operation Operation { get; init; }

    public required bool IsStream { get; init; }

    /// <summary>The request as UTF-8 JSON: no null members, no <c>model</c>.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Where in <see cref="Body"/> the object <c>stream_options</c> stands; null when the request has none.</summary>
    public Range? StreamOptions { get; init; }
}
