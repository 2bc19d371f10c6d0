using System.Collections.Immutable;

namespace Mlflow.Deployments.Gateway.Providers.Passthrough;

/// <summary>What a provider adds that takes requests in its own format: where they go, and the credentials.</summary>
internal interface IPassthrough
{
    /// <summary>What it takes; everything else is refused with this list.</summary>
    ImmutableArray<PassthroughAction> Actions { get; }

    /// <summary>The provider's name of the model, for bodies that name one; null leaves the body as it is.</summary>
    string? Model { get; }

    /// <summary>Where requests go, with the model where it belongs there.</summary>
    Uri Address(PassthroughAction action);

    /// <summary>Puts the provider's own headers, credentials among them, on a request that has none yet. They take the place of the client's.</summary>
    /// <exception cref="ProviderException">The credentials cannot be had.</exception>
    ValueTask AddHeadersAsync(HttpRequestMessage request, ProviderCall call, CancellationToken cancellationToken);

    /// <summary>Takes note that the provider refused the credentials with 401.</summary>
    void Renew(HttpRequestMessage refused)
    {
        // Keys from a file do not become better by asking again.
    }
}
