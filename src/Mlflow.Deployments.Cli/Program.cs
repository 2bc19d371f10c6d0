using Mlflow.Deployments.Cli.Commands;
using Mlflow.Deployments.Cli.Console;

using var interrupts = Interrupts.OfProcess();
return await CommandLine.RunAsync(args, Terminal.OfProcess(), interrupts);

/// <summary>The program.</summary>
internal sealed partial class Program;
