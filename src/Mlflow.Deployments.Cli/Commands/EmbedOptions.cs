using System.CommandLine;
using System.Globalization;
using Mlflow.Deployments.Cli.Embedding;
using Mlflow.Deployments.Cli.Files;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>The options of <c>embed</c>.</summary>
internal sealed class EmbedOptions
{
    private static readonly BatchEmbeddingOptions Usual = new();

    private static readonly string[] Own = ["input", "encoding_format"];

    private readonly Option<string> _endpoint = CommonOptions.Endpoint();

    private readonly Option<string> _input = new("--input", "-i") { Description = "The file with the texts: .jsonl, .ndjson, .csv, .tsv, .txt or .parquet.", HelpName = "FILE", Required = true };

    private readonly Option<string> _output = new("--output", "-o") { Description = "The file to write: .jsonl, .ndjson or .parquet.", HelpName = "FILE", Required = true };

    private readonly Option<string?> _inputFormat = new("--input-format") { Description = "The format of the input, where its extension does not say it.", HelpName = string.Join('|', FileFormats.InputNames) };

    private readonly Option<string?> _field = new("--field", "--column", "-f", "-c") { Description = "The field (JSON Lines) or column (CSV, Parquet) with the text. Default: text.", HelpName = "NAME" };

    private readonly Option<string?> _embeddingField = new("--embedding-field") { Description = "The field or column for the vectors. Default: embedding.", HelpName = "NAME" };

    private readonly Option<string?> _separator = new("--separator") { Description = "What stands between the values of a CSV file. Default: a comma, in .tsv files a tab.", HelpName = "CHARACTER" };

    private readonly Option<int?> _batchSize = new("--batch-size") { Description = $"The most texts in one request. Default: {Usual.BatchSize}.", HelpName = "N" };

    private readonly Option<int?> _batchCharacters = new("--batch-characters") { Description = "The most characters in one request. Default: not limited.", HelpName = "N" };

    private readonly Option<int?> _concurrency = new("--concurrency") { Description = $"The most requests at once. Default: {Usual.MaxConcurrency}; fewer while the server is busy.", HelpName = "N" };

    private readonly Option<string[]> _parameters = ParameterOption.Create("A field of each request, for example dimensions=256");

    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on with a run that was not finished; begins if there is none." };

    private readonly Option<bool> _failFast = new("--fail-fast") { Description = "Stops at the first text that the server rejects, instead of leaving it out." };

    public EmbedOptions()
    {
        _inputFormat.AcceptOnlyFromAmong(FileFormats.InputNames);
        foreach (var option in new[] { _batchSize, _batchCharacters, _concurrency })
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value) && value >= 1))
                {
                    result.AddError($"{option.Name} is '{result.Tokens[0].Value}', but must be a whole number from 1.");
                }
            });
        }

        _separator.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && Unescaped(result.Tokens[0].Value).Length != 1)
            {
                result.AddError($"--separator is '{result.Tokens[0].Value}', but must be one character.");
            }
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _endpoint, _input, _output, _inputFormat, _field, _embeddingField, _separator, _batchSize, _batchCharacters, _concurrency, _parameters, _resume, _failFast })
        {
            command.Add(option);
        }
    }

    /// <summary>Leaves out of the help what has no meaning where nothing is asked. It is still taken: whoever merges repeats the command of the job.</summary>
    public void HideWhatOnlyAsks()
    {
        foreach (var option in new Option[] { _batchSize, _batchCharacters, _concurrency, _resume, _failFast })
        {
            option.Hidden = true;
        }
    }

    public bool IsResume(ParseResult parsed) => parsed.GetValue(_resume);

    /// <summary>Reads what is to be done, and checks the files.</summary>
    public EmbedJob Job(ParseResult parsed)
    {
        var (input, output) = (parsed.GetValue(_input)!, parsed.GetValue(_output)!);
        var source = new RowSource(input, FileFormats.OfInput(input, parsed.GetValue(_inputFormat)))
        {
            Field = parsed.GetValue(_field) ?? "text",
            EmbeddingField = parsed.GetValue(_embeddingField) ?? "embedding",
            Separator = parsed.GetValue(_separator) is { } separator ? Unescaped(separator)[0] : null,
        };
        if (!File.Exists(input))
        {
            throw CommandException.Usage($"There is no file '{input}'; check --input.");
        }

        if (IsSame(input, output))
        {
            throw CommandException.Usage($"--input and --output are the same file '{input}'; give another --output.");
        }

        if (Directory.Exists(output))
        {
            throw CommandException.Usage($"'{output}' is a folder; give a file as --output.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(output)) is { } folder && !Directory.Exists(folder))
        {
            throw CommandException.Usage($"There is no folder '{folder}' for the output; make it, or give another --output.");
        }

        if (source.Field == source.EmbeddingField)
        {
            throw CommandException.Usage($"Texts and vectors cannot both be in '{source.Field}'; give the vectors another name with --embedding-field.");
        }

        var job = new EmbedJob
        {
            Endpoint = parsed.GetValue(_endpoint)!,
            Source = source,
            Output = output,
            OutputFormat = FileFormats.OfOutput(output),
            Parameters = ParameterOption.Read(parsed, _parameters),
        };
        if (IsSame(input, job.ErrorsPath) || IsSame(input, job.WorkPath))
        {
            throw CommandException.Usage($"'{input}' is a file that a run with --output '{output}' writes or removes itself; give another --output.");
        }

        return Own.FirstOrDefault(job.Parameters.ContainsKey) is { } own ? throw CommandException.Usage($"--param names '{own}', which this program fills itself; leave it out.") : job;

        // Letters in names of files mean the same in both cases on Windows and macOS.
        static bool IsSame(string one, string other) => string.Equals(
            Path.GetFullPath(one), Path.GetFullPath(other), OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);
    }

    public BatchEmbeddingOptions Batches(ParseResult parsed, EmbedJob job, EmbedProgress progress) => new()
    {
        BatchSize = parsed.GetValue(_batchSize) ?? Usual.BatchSize,
        MaxBatchCharacters = parsed.GetValue(_batchCharacters),
        MaxConcurrency = parsed.GetValue(_concurrency) ?? Usual.MaxConcurrency,
        ContinueOnError = !parsed.GetValue(_failFast),
        Progress = progress,
        Extra = ParameterOption.AsExtra(job.Parameters),
    };

    private static string Unescaped(string separator) => separator == "\\t" ? "\t" : separator;
}
