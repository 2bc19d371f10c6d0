using Mlflow.Deployments.Cli.Commands;
using Mlflow.Deployments.Cli.Console;

namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>What one run of the command line printed, and how it ended.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs the command line in this process.</summary>
    public static Task<CommandRun> OfAsync(params string[] arguments) => OfAsync(new CommandSetting(), arguments);

    public static async Task<CommandRun> OfAsync(CommandSetting setting, params string[] arguments)
    {
        var output = setting.Output ?? new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var ownInterrupts = new Interrupts();
        var terminal = new Terminal(() => new StringReader(setting.Input), output, error) { IsInputTerminal = setting.IsInputTerminal, IsOutputTerminal = setting.IsOutputTerminal };

        var exitCode = await CommandLine.RunAsync(arguments, terminal, setting.Interrupts ?? ownInterrupts);

        return new(exitCode, output.ToString()!, error.ToString());
    }
}
