using System.Globalization;
using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Output;
using Spectre.Console;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>Shows progress on standard error while work is done: a bar for a person, a line now and then for a log.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    public static async Task<T> ShowAsync<T>(Terminal terminal, EmbedProgress progress, Func<Task<T>> work)
    {
        if (terminal.IsErrorTerminal)
        {
            return await ShowBarAsync(terminal, progress, work);
        }

        using var timer = new PeriodicTimer(LineInterval);
        var running = work();
        var tick = timer.WaitForNextTickAsync().AsTask();
        while (await Task.WhenAny(running, tick) != running)
        {
            await terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{progress.Stage} {progress.Share:P0}: {progress.Describe()}"));
            tick = timer.WaitForNextTickAsync().AsTask();
        }

        return await running;
    }

    private static Task<T> ShowBarAsync<T>(Terminal terminal, EmbedProgress progress, Func<Task<T>> work) =>
        Tables.ConsoleFor(terminal.Error, isTerminal: true).Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(progress.Stage, maxValue: 1);
                using var timer = new PeriodicTimer(BarInterval);
                var running = work();
                var tick = timer.WaitForNextTickAsync().AsTask();
                while (await Task.WhenAny(running, tick) != running)
                {
                    bar.Value = progress.Share;
                    bar.Description = $"{progress.Stage}: {progress.Describe()}";
                    tick = timer.WaitForNextTickAsync().AsTask();
                }

                return await running;
            });
}
