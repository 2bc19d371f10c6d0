using System.Diagnostics;
using System.Reflection;

namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>The program as a process of its own, so that it can be killed and measured.</summary>
internal static class CliProcess
{
    public static string Path { get; } = System.IO.Path.Combine(
        typeof(CliProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "CliFolder").Value!, "mlflow-deployments.dll");

    public static Process Start(string target, params IEnumerable<string> arguments) => Start(target, arguments, []);

    public static Process Start(string target, IEnumerable<string> arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in arguments.Prepend(Path))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["MLFLOW_DEPLOYMENTS_TARGET"] = target;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for the end.</summary>
    public static async Task<CommandRun> EndAsync(Process process, CancellationToken cancellationToken)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new(process.ExitCode, await output, await error);
    }

    public static async Task<CommandRun> RunAsync(string target, CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        using var process = Start(target, arguments);
        return await EndAsync(process, cancellationToken);
    }
}
