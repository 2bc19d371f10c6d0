using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Mutation;

/// <summary>One change of the source, as Stryker's report has it.</summary>
internal sealed record Mutant(int Id, string File, int Line, string Kind, string Original, string Replacement)
{
    private const string Root = "src/Mlflow.Deployments/";

    /// <summary>Gets the folder of the client that it is in.</summary>
    public string Folder => File.Contains('/', StringComparison.Ordinal) ? File[..File.IndexOf('/', StringComparison.Ordinal)] : "(the root)";

    /// <summary>Reads the mutants of a report that can be run: those that compile, and are not ignored by the configuration.</summary>
    public static IReadOnlyList<Mutant> Read(string report) =>
    [
        .. from file in JsonNode.Parse(System.IO.File.ReadAllText(report))!["files"]!.AsObject()
           let lines = file.Value!["source"]!.GetValue<string>().Split('\n')
           let path = file.Key.Replace('\\', '/')
           from mutant in file.Value["mutants"]!.AsArray()
           where mutant["status"]!.GetValue<string>() is not ("CompileError" or "Ignored")
           select Of(mutant, path[(path.LastIndexOf(Root, StringComparison.Ordinal) + Root.Length)..], lines),
    ];

    private static Mutant Of(JsonNode mutant, string file, string[] lines)
    {
        var (start, end) = (mutant["location"]!["start"]!, mutant["location"]!["end"]!);
        var (line, lastLine) = (start["line"]!.GetValue<int>(), end["line"]!.GetValue<int>());
        var (from, to) = (start["column"]!.GetValue<int>() - 1, end["column"]!.GetValue<int>() - 1);
        var original = line == lastLine ? lines[line - 1][from..to] : lines[line - 1][from..].TrimEnd() + " …";
        var kind = mutant["mutatorName"]!.GetValue<string>().Replace(" mutation", string.Empty, StringComparison.Ordinal);
        return new(int.Parse(mutant["id"]!.GetValue<string>(), provider: null), file, line, kind, original, string.Join(' ', (mutant["replacement"]?.GetValue<string>() ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }
}
