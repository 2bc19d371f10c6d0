namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>What became of the rows of a job.</summary>
/// <param name="Written">Those in the output.</param>
/// <param name="Rejected">Those left out.</param>
/// <param name="FirstReason">Why the first of these was rejected; null when none was.</param>
internal sealed record Merged(long Written, long Rejected, string? FirstReason);
