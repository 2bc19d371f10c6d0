namespace Mlflow.Deployments.Cli.Files;

/// <summary>Another process writes the same work file.</summary>
internal sealed class WorkInUseException(string message) : CommandException(message);
