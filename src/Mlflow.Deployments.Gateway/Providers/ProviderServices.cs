using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers;

/// <summary>What providers share.</summary>
internal sealed record ProviderServices(UpstreamClient Upstream, TimeProvider TimeProvider);
