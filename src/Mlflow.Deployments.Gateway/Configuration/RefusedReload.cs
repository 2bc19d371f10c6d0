namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>A configuration that was found, but cannot be used.</summary>
internal sealed record RefusedReload(DateTimeOffset At, IReadOnlyList<string> Problems);
