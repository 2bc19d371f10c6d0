using System.CommandLine;

namespace Mlflow.Deployments.Gateway.Commands;

/// <summary>The command line. Without a command it starts the gateway.</summary>
internal static class GatewayCommand
{
    /// <summary>Time for an orderly end after Ctrl-C or SIGTERM, a little more than the server takes.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(10);

    public static Task<int> RunAsync(string[] arguments) => RunAsync(arguments, output: null, error: null);

    /// <summary>Runs with other writers than the console's, for tests.</summary>
    public static Task<int> RunAsync(string[] arguments, TextWriter? output, TextWriter? error, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("The reference MLflow AI Gateway for .NET.") { ValidateCommand.Create() };
        StartCommand.AddTo(root);
        var start = new Command("start", "Starts the gateway.");
        StartCommand.AddTo(start);
        root.Add(start);
        var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TerminationTimeout };
        if (output is not null)
        {
            configuration.Output = output;
        }

        if (error is not null)
        {
            configuration.Error = error;
        }

        return root.Parse(arguments).InvokeAsync(configuration, cancellationToken);
    }
}
