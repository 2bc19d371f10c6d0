using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>The files that a configuration was read from: its own and those that hold keys. Knows whether one of them has changed since.</summary>
/// <param name="path">The configuration file.</param>
/// <param name="before">The files of the configuration that this one is to replace; null at the start.</param>
internal sealed class ConfigurationFiles(string path, ConfigurationFiles? before = null)
{
    // Only hashes are kept: the texts hold keys.
    private readonly ConcurrentDictionary<string, string> _hashes = new(StringComparer.Ordinal);

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="GatewayConfigurationException">It cannot be used.</exception>
    public GatewayConfig Read(ConfigurationSources sources) => ConfigurationReader.ReadFile(path, sources with { FileText = ReadKeyFile }, ReadText);

    /// <summary>Describes the contents of the files as they are now.</summary>
    public string Snapshot() => Join(_hashes.Keys.Select(file => (file, TryHash(file))));

    /// <summary>Describes the contents that were read.</summary>
    public string ReadSnapshot() => Join(_hashes.Select(x => (x.Key, x.Value)));

    /// <summary>Looks at the files of another version too.</summary>
    public void AlsoWatch(ConfigurationFiles other)
    {
        foreach ((string file, string hash) in other._hashes)
        {
            _hashes.TryAdd(file, hash);
        }
    }

    private static string Join(IEnumerable<(string File, string Hash)> files) =>
        string.Join('\n', files.OrderBy(x => x.File, StringComparer.Ordinal).Select(x => $"{x.File} {x.Hash}"));

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string TryHash(string file)
    {
        try
        {
            return Hash(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }

    private string ReadText(string file)
    {
        try
        {
            string text = File.ReadAllText(file);
            _hashes[file] = Hash(text);
            return text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _hashes[file] = e.GetType().Name;
            throw;
        }
    }

    /// <summary>What is no file is the key itself. A file that was one a moment ago is not: it is being replaced, or somebody took it away.</summary>
    private string? ReadKeyFile(string file)
    {
        if (File.Exists(file) || before?._hashes.ContainsKey(file) == true)
        {
            return ReadText(file);
        }

        return null;
    }
}
