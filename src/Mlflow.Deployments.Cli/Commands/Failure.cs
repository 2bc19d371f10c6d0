namespace Mlflow.Deployments.Cli.Commands;

/// <summary>What the user is told, in one sentence on standard error, and what the program ends with.</summary>
internal sealed record Failure(string Message, int ExitCode)
{
    /// <summary>Understands an exception; null for one that means a mistake in this program, which must not be hidden.</summary>
    public static Failure? Of(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        CommandException { ExitCode: ExitCodes.Cancelled } stopped => new(Output.Tables.OneLine(stopped.Message), stopped.ExitCode),
        CommandException command => new($"error: {Output.Tables.OneLine(command.Message)}", command.ExitCode),
        OperationCanceledException when cancellationToken.IsCancellationRequested => new("Stopped.", ExitCodes.Cancelled),
        DeployException or IOException or UnauthorizedAccessException => new($"error: {MessageOf(exception)}", ExitCodes.Failed),
        ArgumentException => new($"error: {MessageOf(exception)}", ExitCodes.Usage),
        _ => null,
    };

    /// <summary>Gets a message on one line, without the name of the argument that the library blames.</summary>
    public static string MessageOf(Exception exception)
    {
        var message = exception.Message;
        if (exception is ArgumentException { ParamName: { } name })
        {
            message = message.Replace($" (Parameter '{name}')", string.Empty, StringComparison.Ordinal);
        }

        // The library speaks to programmers.
        return Output.Tables.OneLine(message).Replace("ListEndpointsAsync tells", $"'{CommandLine.Name} endpoints list' tells", StringComparison.Ordinal);
    }
}
