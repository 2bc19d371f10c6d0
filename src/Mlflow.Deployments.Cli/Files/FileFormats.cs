namespace Mlflow.Deployments.Cli.Files;

/// <summary>Which format a file has, by its extension or as the user says.</summary>
internal static class FileFormats
{
    public static readonly string[] InputNames = ["jsonl", "csv", "tsv", "txt", "parquet"];

    public static FileFormat OfInput(string path, string? named) => (named ?? Extension(path)) switch
    {
        "jsonl" or "ndjson" => FileFormat.JsonLines,
        "csv" => FileFormat.Csv,
        "tsv" => FileFormat.Tsv,
        "txt" => FileFormat.Text,
        "parquet" => FileFormat.Parquet,
        _ => throw CommandException.Usage($"The format of '{path}' is not known by its extension; say it with --input-format {string.Join('|', InputNames)}."),
    };

    public static FileFormat OfOutput(string path) => Extension(path) switch
    {
        "jsonl" or "ndjson" => FileFormat.JsonLines,
        "parquet" => FileFormat.Parquet,
        _ => throw CommandException.Usage($"The output '{path}' must end in .jsonl, .ndjson or .parquet: the extension says the format."),
    };

    /// <summary>Gets what people call a format.</summary>
    public static string NameOf(FileFormat format) => format switch
    {
        FileFormat.Csv => "CSV",
        FileFormat.Tsv => "TSV",
        FileFormat.JsonLines => "JSON Lines",
        FileFormat.Text => "text",
        _ => "Parquet",
    };

    private static string Extension(string path) => Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
}
