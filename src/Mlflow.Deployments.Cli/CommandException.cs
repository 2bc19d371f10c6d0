namespace Mlflow.Deployments.Cli;

/// <summary>A command cannot go on; the message is the one sentence that the user reads.</summary>
internal class CommandException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    /// <summary>Gets what the program ends with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Makes the exception for a command line or an input that cannot be used.</summary>
    public static CommandException Usage(string message) => new(message, ExitCodes.Usage);
}
