using Mlflow.Deployments.Cli.Console;

namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>What a run of the command line finds: its standard input, who sits at it, and who interrupts.</summary>
internal sealed record CommandSetting
{
    public string Input { get; init; } = string.Empty;

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public TextWriter? Output { get; init; }

    public Interrupts? Interrupts { get; init; }
}
