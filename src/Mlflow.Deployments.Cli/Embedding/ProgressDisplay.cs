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
        // A terminal that cannot go back to the start of a line gets lines, too.
        if (terminal.IsErrorTerminal && Tables.ConsoleFor(terminal.Error, isTerminal: true) is { Profile.Capabilities.Ansi: true } console)
        {
            var line = new ProgressLine(progress);
            return await console.Live(line).AutoClear(true).StartAsync(context => WhileAsync(work(), BarInterval, () =>
            {
                context.Refresh();
                return Task.CompletedTask;
            }));
        }

        return await WhileAsync(work(), LineInterval, () =>
        {
            var state = progress.Now;
            return terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{state.Stage} {(int)(state.Share * 100)}%: {state.Describe()}"));
        });
    }

    private static async Task<T> WhileAsync<T>(Task<T> running, TimeSpan interval, Func<Task> show)
    {
        using var timer = new PeriodicTimer(interval);
        for (var tick = timer.WaitForNextTickAsync().AsTask(); await Task.WhenAny(running, tick) != running; tick = timer.WaitForNextTickAsync().AsTask())
        {
            await show();
        }

        return await running;
    }
}
