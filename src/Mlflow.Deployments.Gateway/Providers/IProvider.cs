using Mlflow.Deployments.Gateway.Providers.Passthrough;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>Answers the requests of one endpoint. One instance serves many requests at the same time.</summary>
internal interface IProvider
{
    /// <summary>What the provider is called and what it can do.</summary>
    ProviderInfo Info { get; }

    /// <summary>How the provider takes requests in its own format; null when it does not.</summary>
    IPassthrough? Passthrough => null;

    /// <summary>Answers one request. The call's body is valid for as long as the answer is read.</summary>
    /// <exception cref="ProviderException">The request was refused, or the provider behind it failed.</exception>
    ValueTask<ProviderAnswer> InvokeAsync(ProviderCall call, CancellationToken cancellationToken);
}
