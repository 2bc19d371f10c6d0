using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers;

namespace Mlflow.Deployments.Gateway.Routing;

/// <summary>An endpoint with the provider that answers for it.</summary>
internal sealed record EndpointRuntime(EndpointConfig Config, IProvider Provider);
