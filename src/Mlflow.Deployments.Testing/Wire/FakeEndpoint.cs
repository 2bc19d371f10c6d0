namespace Mlflow.Deployments.Testing.Wire;

/// <summary>An endpoint that has a stub.</summary>
internal sealed record FakeEndpoint(string Name, EndpointType Type);
