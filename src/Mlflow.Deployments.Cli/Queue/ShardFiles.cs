using System.Globalization;
using Mlflow.Deployments.Cli.Files;

namespace Mlflow.Deployments.Cli.Queue;

/// <summary>Where the results of shards are: in a folder beside the output, which all workers must see.</summary>
internal sealed class ShardFiles(string output)
{
    public string Folder { get; } = output + ".shards";

    public string WorkPath(long shard) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{shard:D8}.work"));

    /// <summary>Gets the path of a finished shard.</summary>
    public string Finished(long shard) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{shard:D8}.done"));

    /// <summary>Reads the results of all shards in the order of their rows.</summary>
    public IEnumerable<RowResult> ReadAll(long shards)
    {
        for (var shard = 0L; shard < shards; shard++)
        {
            foreach (var result in WorkFile.Read(Finished(shard)))
            {
                yield return result;
            }
        }
    }

    /// <summary>Gets the first shard whose results this machine does not see; null when all are there.</summary>
    public long? FirstMissing(long shards)
    {
        for (var shard = 0L; shard < shards; shard++)
        {
            if (!File.Exists(Finished(shard)))
            {
                return shard;
            }
        }

        return null;
    }
}
