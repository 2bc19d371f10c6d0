using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Mlflow.Deployments.Cli.Console;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>The command line as a whole: its commands, how it ends, and how it says what went wrong.</summary>
internal static class CommandLine
{
    public const string Name = "mlflow-deployments";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, Interrupts interrupts)
    {
        try
        {
            var parsed = Create(terminal, interrupts).Parse(arguments);
            if (parsed.Action is ParseErrorAction)
            {
                var help = string.Join(' ', parsed.CommandResult.Command.Parents.OfType<Command>().Reverse().Append(parsed.CommandResult.Command).Skip(1).Select(command => command.Name).Prepend(Name));
                var problem = parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is no command, option or argument that '{help}' knows" : parsed.Errors[0].Message.TrimEnd('.');
                throw CommandException.Usage($"{problem}. '{help} --help' shows what there is.");
            }

            // Signals are taken by Interrupts, for the chat's sake, and exceptions below.
            var exitCode = await parsed.InvokeAsync(
                new() { Output = terminal.Out, Error = terminal.Error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }, interrupts.Token);
            await terminal.Out.FlushAsync(CancellationToken.None);
            return exitCode;
        }
        catch (OutputClosedException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (Exception e) when (Failure.Of(e, interrupts.Token) is { } failure)
        {
            await FlushAsync(terminal.Out); // what came before the failure
            await terminal.Error.WriteLineAsync(failure.Message);
            return failure.ExitCode;
        }
    }

    private static async Task FlushAsync(TextWriter output)
    {
        try
        {
            await output.FlushAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            // It may be this that failed; the word on it is on its way.
        }
    }

    private static RootCommand Create(Terminal terminal, Interrupts interrupts)
    {
        var root = new RootCommand("Asks MLflow AI Gateways, tracking servers, Databricks and OpenAI from the command line.")
        {
            EndpointsCommand.Create(terminal),
            PredictCommand.Create(terminal),
            StreamCommand.Create(terminal),
            ChatCommand.Create(terminal, interrupts),
            HealthCommand.Create(terminal),
            EmbedCommand.Create(terminal),
            CompletionCommand.Create(terminal),
        };
        root.Add(CommonOptions.Target);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!, root);
        return root;
    }
}
