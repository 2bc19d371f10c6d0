namespace Mlflow.Deployments.Cli.Files;

/// <summary>What became of a text: its vector, or why the server refused it.</summary>
internal readonly record struct RowResult(ReadOnlyMemory<float> Vector, string? Error);
