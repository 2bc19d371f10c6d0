using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Files;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>What is embedded, with what, and where it goes.</summary>
internal sealed record EmbedJob
{
    public required string Endpoint { get; init; }

    public required RowSource Source { get; init; }

    public required string Output { get; init; }

    public required FileFormat OutputFormat { get; init; }

    /// <summary>Gets more fields of each request, by name.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Parameters { get; init; } = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);

    /// <summary>Gets where rows go that are rejected.</summary>
    public string ErrorsPath => Output + ".errors.jsonl";

    /// <summary>Gets where results are kept until all are there.</summary>
    public string WorkPath => Output + ".work";

    /// <summary>Describes all that results depend on: a run goes on only with results of an equal description.</summary>
    /// <remarks>
    /// An input is known by its length, its time of change, and its first and last megabyte: reading a hundred gigabytes again to be quite
    /// sure would take longer than a mistake is likely. Batch sizes and concurrency are left out; they may change on the way.
    /// </remarks>
    /// <param name="withTime">Whether the time of change counts; copies on several machines differ in it.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<string> DescribeAsync(bool withTime, CancellationToken cancellationToken)
    {
        const int Sample = 1 << 20;
        await using var file = Source.Open();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Sample];
        hash.AppendData(buffer.AsSpan(0, await file.ReadAtLeastAsync(buffer, Sample, throwOnEndOfStream: false, cancellationToken)));
        file.Position = Math.Max(0, file.Length - Sample);
        hash.AppendData(buffer.AsSpan(0, await file.ReadAtLeastAsync(buffer, Sample, throwOnEndOfStream: false, cancellationToken)));
        return JsonLine.Of(new JsonObject
        {
            ["input length"] = file.Length,
            ["input time"] = withTime ? File.GetLastWriteTimeUtc(Source.Path).Ticks : null,
            ["input content"] = Convert.ToHexStringLower(hash.GetHashAndReset()),
            ["input format"] = Source.Format.ToString(),
            ["field"] = Source.Field,
            ["separator"] = Source.Separator?.ToString(),
            ["embedding field"] = Source.EmbeddingField,
            ["endpoint"] = Endpoint,
            ["parameters"] = new JsonObject(Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))),
        });
    }

    /// <summary>Looks whether the input can be read, and written in the form of the output, before anything is asked.</summary>
    /// <exception cref="CommandException">It cannot.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var reader = await Source.OpenAsync(withFields: false, cancellationToken);
        if (Source.Format == FileFormat.Parquet && OutputFormat == FileFormat.JsonLines)
        {
            CheckColumns(reader);
        }
    }

    /// <summary>Tells in which points two descriptions differ.</summary>
    public static string Difference(string before, string now)
    {
        var (a, b) = (JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(now)!.AsObject());
        return string.Join(", ", b.Where(pair => !JsonNode.DeepEquals(pair.Value, a[pair.Key])).Select(pair => pair.Key));
    }

    private void CheckColumns(IRowReader reader) => ParquetJson.Check(((ParquetRowReader)reader).Schema, Source.Path);
}
