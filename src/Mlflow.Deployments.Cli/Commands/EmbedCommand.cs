using System.CommandLine;
using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Embedding;
using Mlflow.Deployments.Cli.Output;
using Mlflow.Deployments.Cli.Queue;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Embeds the texts of a file of any size, alone or with other processes.</summary>
internal static class EmbedCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new EmbedOptions();
        var queue = new QueueOptions(isRequired: false);
        var command = new Command(
            "embed",
            "Embeds every text of a file. A run that was killed or failed goes on with --resume, as if never interrupted; the output appears when it is whole. "
            + $"Rows that are rejected go to OUTPUT.errors.jsonl, and the exit code is {ExitCodes.RowsRejected}. With --queue any number of processes share the work.");
        options.AddTo(command);
        queue.AddTo(command);
        command.Add(CreateStatus(terminal));
        command.Add(CreateMerge(terminal));
        HelpWithExamples.Add(
            command,
            "embed --endpoint embeddings --input docs.jsonl --output vectors.jsonl",
            "embed --endpoint embeddings --input docs.csv --column body --output vectors.parquet",
            "embed --endpoint embeddings --input docs.jsonl --output vectors.jsonl --resume",
            "embed --endpoint embeddings --input /shared/docs.parquet --output /shared/vectors.parquet --queue redis://redis:6379");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var job = options.Job(parsed);
            using var client = CommonOptions.Connect(parsed);
            var progress = new EmbedProgress(TimeProvider.System);
            var embedder = new Embedder(client, job, options.Batches(parsed, job, progress), progress);
            return queue.Url(parsed) is { } url
                ? await QueueCommands.WorkAsync(url, job, queue.Settings(parsed), embedder, progress, terminal, cancellationToken)
                : await new EmbedRun(job, embedder, progress, terminal).RunAsync(options.IsResume(parsed), cancellationToken);
        });
        return command;
    }

    private static Command CreateStatus(Terminal terminal)
    {
        var queue = new QueueOptions(isRequired: true);
        var output = CommonOptions.Output(OutputFormat.Table);
        var command = new Command("status", "Shows the jobs of a queue, and how far they are.") { output };
        queue.AddTo(command);
        HelpWithExamples.Add(command, "embed status --queue redis://redis:6379", "embed status --queue redis://redis:6379 --output json");
        command.SetAction((parsed, _) => QueueCommands.StatusAsync(queue.Url(parsed)!, parsed.GetValue(output) ?? OutputFormat.Table, terminal));
        return command;
    }

    private static Command CreateMerge(Terminal terminal)
    {
        var options = new EmbedOptions();
        var queue = new QueueOptions(isRequired: true);
        var command = new Command("merge", "Writes the output of a shared job that is done but not merged, because its last worker died. Give it the options of the job.");
        options.AddTo(command);
        options.HideWhatOnlyAsks();
        queue.AddTo(command);
        queue.HideWhatOnlyBegins();
        HelpWithExamples.Add(command, "embed merge --endpoint embeddings --input /shared/docs.parquet --output /shared/vectors.parquet --queue redis://redis:6379");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var job = options.Job(parsed); // nothing is asked, so no target is needed
            return await QueueCommands.MergeAsync(queue.Url(parsed)!, job, queue.Settings(parsed), new(TimeProvider.System), terminal, cancellationToken);
        });
        return command;
    }
}
