namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Time limits of an endpoint's own; a null takes the gateway's.</summary>
internal sealed record TimeoutConfig(TimeSpan? Connect, TimeSpan? FirstByte, TimeSpan? Idle, TimeSpan? Total);
