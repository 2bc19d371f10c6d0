using System.Globalization;
using Mlflow.Deployments.Cli.Console;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>Tells how a job ended.</summary>
internal static class Outcome
{
    public static async Task<int> TellAsync(EmbedJob job, EmbedProgress progress, long rejected, Terminal terminal)
    {
        await terminal.Error.WriteLineAsync($"'{job.Output}' is written ({progress.Describe()}).");
        if (rejected == 0)
        {
            return ExitCodes.Ok;
        }

        var rows = string.Create(CultureInfo.InvariantCulture, $"{rejected:N0} {(rejected == 1 ? "row was" : "rows were")} rejected");
        await terminal.Error.WriteLineAsync($"{rows} and left out; '{job.ErrorsPath}' tells which and why.");
        return ExitCodes.RowsRejected;
    }
}
