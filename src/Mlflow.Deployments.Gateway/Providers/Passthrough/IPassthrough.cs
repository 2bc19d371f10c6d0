using System.Collections.Immutable;

namespace Mlflow.Deployments.Gateway.Providers.Passthrough;

/// <summary>What a provider adds that takes requests in its own format: where they go, and the credentials.</summary>
internal interface IPassthrough
{
    /// <summary>What it takes; everything else is refused with this list.</summary>
    ImmutableArray<PassthroughAction> Actions { get; }

    /// <summary>Tells where a request goes and what is added to it.</summary>
    /// <exception cref="ProviderException">The credentials cannot be had.</exception>
    ValueTask<PassthroughTarget> PrepareAsync(PassthroughAction action, CancellationToken cancellationToken);
}
