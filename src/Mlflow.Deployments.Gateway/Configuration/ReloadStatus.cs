namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>How the configuration in force came about.</summary>
/// <param name="Version">1 for the one of the start, and one more with each that followed.</param>
/// <param name="LoadedAt">When it came into force.</param>
/// <param name="Refused">The newer one that cannot be used; null when there is none.</param>
internal sealed record ReloadStatus(int Version, DateTimeOffset LoadedAt, RefusedReload? Refused = null);
