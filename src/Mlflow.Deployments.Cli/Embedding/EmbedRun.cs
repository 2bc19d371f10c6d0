using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Files;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>One process embeds a whole file: first all results into the work file, then rows and results into the output.</summary>
internal sealed class EmbedRun(EmbedJob job, Embedder embedder, EmbedProgress progress, Terminal terminal)
{
    /// <summary>Runs, or goes on.</summary>
    /// <param name="resume">Whether a work file that is there is gone on with; without, it is refused.</param>
    /// <param name="cancellationToken">Stops; the work file stays.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(bool resume, CancellationToken cancellationToken)
    {
        if (resume && !File.Exists(job.WorkPath) && File.Exists(job.Output))
        {
            await terminal.Error.WriteLineAsync($"'{job.Output}' is whole; there is nothing to resume. To make it anew, leave --resume out.");
            return File.Exists(job.ErrorsPath) ? ExitCodes.RowsRejected : ExitCodes.Ok;
        }

        await job.CheckAsync(cancellationToken);
        using var work = await OpenWorkAsync(resume, cancellationToken);
        Merged merged;
        try
        {
            merged = await ProgressDisplay.ShowAsync(terminal, progress, () => WorkAsync(work, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new CommandException($"Stopped. {Keep(work)}", ExitCodes.Cancelled);
        }
        catch (Exception e) when (e is DeployException or IOException)
        {
            throw new CommandException($"{Commands.Failure.MessageOf(e).TrimEnd('.')}. {Keep(work)}");
        }

        work.Dispose();
        File.Delete(job.WorkPath);
        return await Outcome.TellAsync(job, progress, merged, terminal);
    }

    private async Task<Merged> WorkAsync(WorkFile work, CancellationToken cancellationToken)
    {
        await using (var reader = await job.Source.OpenAsync(withFields: false, cancellationToken))
        {
            progress.CountEarlier(work.Kept);
            progress.ReadShare = () => reader.Share;
            await embedder.RunAsync(work, reader.ReadAsync(cancellationToken), dimensions: 0, cancellationToken);
        }

        work.Sync();
        return await new Merger(job, progress).RunAsync(work.ReadAll(), cancellationToken);
    }

    private async Task<WorkFile> OpenWorkAsync(bool resume, CancellationToken cancellationToken)
    {
        var description = await job.DescribeAsync(withTime: true, cancellationToken);
        if (!File.Exists(job.WorkPath))
        {
            return WorkFile.Create(job.WorkPath, description);
        }

        if (!resume)
        {
            throw CommandException.Usage($"'{job.WorkPath}' is there, of a run that was not finished: go on with it with --resume, or remove it to begin anew.");
        }

        if (WorkFile.Resume(job.WorkPath) is not { } found)
        {
            return WorkFile.Create(job.WorkPath, description);
        }

        if (EmbedJob.Difference(found.Job, description) is { Length: > 0 } difference)
        {
            found.Work.Dispose();
            throw CommandException.Usage($"'{job.WorkPath}' belongs to another run; different are: {difference}. Give what it was begun with, or remove it to begin anew.");
        }

        await terminal.Error.WriteLineAsync($"Going on after {found.Work.Count} rows.");
        return found.Work;
    }

    // Without results there is nothing to go on with, and the next run need not be told what to do with them.
    private string Keep(WorkFile work)
    {
        if (work.Kept > 0)
        {
            return $"The results of {work.Kept} rows are kept; the same command with --resume goes on.";
        }

        work.Dispose();
        File.Delete(job.WorkPath);
        return "No row was done yet.";
    }
}
