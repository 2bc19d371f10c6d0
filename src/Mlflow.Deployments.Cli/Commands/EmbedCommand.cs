using System.CommandLine;
using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Embedding;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Embeds the texts of a file of any size.</summary>
internal static class EmbedCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new EmbedOptions();
        var command = new Command(
            "embed",
            "Embeds every text of a file. A run that was killed or failed goes on with --resume, as if never interrupted; the output appears when it is whole. "
            + $"Rows that are rejected go to OUTPUT.errors.jsonl, and the exit code is {ExitCodes.RowsRejected}.");
        options.AddTo(command);
        HelpWithExamples.Add(
            command,
            "embed --endpoint embeddings --input docs.jsonl --output vectors.jsonl",
            "embed --endpoint embeddings --input docs.csv --column body --output vectors.parquet",
            "embed --endpoint embeddings --input docs.jsonl --output vectors.jsonl --resume",
            "embed --endpoint embeddings --input docs.parquet --output vectors.parquet --batch-size 512 --concurrency 16");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var job = options.Job(parsed);
            using var client = CommonOptions.Connect(parsed);
            var progress = new EmbedProgress(TimeProvider.System);
            var embedder = new Embedder(client, job, options.Batches(parsed, job, progress), progress);
            return await new EmbedRun(job, embedder, progress, terminal).RunAsync(options.IsResume(parsed), cancellationToken);
        });
        return command;
    }
}
