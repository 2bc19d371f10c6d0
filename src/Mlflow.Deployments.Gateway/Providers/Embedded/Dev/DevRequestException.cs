namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>A request that cannot be answered as it is; its caller deserves status 400 with the message.</summary>
internal sealed class DevRequestException(string message) : Exception(message);
