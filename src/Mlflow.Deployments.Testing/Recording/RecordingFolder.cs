using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Recording;

/// <summary>Reads and writes recordings: one exchange a file.</summary>
internal static class RecordingFolder
{
    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write(string folder, string name, Exchange exchange)
    {
        var temporary = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}");
        try
        {
            File.WriteAllBytes(temporary, [.. JsonText.Write(exchange.ToJson(), indented: true), (byte)'\n']);
            File.Move(temporary, Path.Combine(folder, name), overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads all recordings in the order of their names.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There is no recording in it, or a file that is none.</exception>
    public static IReadOnlyList<(string Name, Exchange Exchange)> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{Path.GetFullPath(folder)}' with recordings. Record some with FakeGateway.RecordAsync.");
        }

        (string, Exchange)[] recordings = [.. Directory.EnumerateFiles(folder, "*.json").Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), ReadFile(path)))];
        return recordings.Length > 0
            ? recordings
            : throw new InvalidDataException($"There is no recording in '{Path.GetFullPath(folder)}'. Record some with FakeGateway.RecordAsync.");
    }

    private static Exchange ReadFile(string path)
    {
        try
        {
            return Exchange.FromJson(JsonNode.Parse(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is no recording: {e.Message}. Record it anew, or take it out of the folder.", e);
        }
    }
}
