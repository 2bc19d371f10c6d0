namespace Mlflow.Deployments.Gateway.Json;

/// <summary>JSON that is well formed but is not what its place asks for.</summary>
internal sealed class UnexpectedShapeException(string message) : Exception(message);
