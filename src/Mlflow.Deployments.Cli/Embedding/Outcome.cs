using System.Globalization;
using Mlflow.Deployments.Cli.Console;
using static Mlflow.Deployments.Cli.Output.Tables;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>Tells how a job ended.</summary>
internal static class Outcome
{
    public static async Task<int> TellAsync(EmbedJob job, EmbedProgress progress, Merged merged, Terminal terminal)
    {
        var own = progress.Now;
        await terminal.Error.WriteLineAsync($"'{job.Output}' is written: {Count(merged.Written)}{(own.Rows > 0 ? $" (this run: {own.Describe()})" : "")}.");
        if (merged.Rejected == 0)
        {
            return ExitCodes.Ok;
        }

        await terminal.Error.WriteLineAsync($"{Count(merged.Rejected)} {(merged.Rejected == 1 ? "was" : "were")} rejected and left out; '{job.ErrorsPath}' tells which and why. {(merged.Rejected == 1 ? "It" : "The first")}: {OneLine(merged.FirstReason!)}");
        return ExitCodes.RowsRejected;
    }

    private static string Count(long rows) => string.Create(CultureInfo.InvariantCulture, $"{rows:N0} {(rows == 1 ? "row" : "rows")}");
}
