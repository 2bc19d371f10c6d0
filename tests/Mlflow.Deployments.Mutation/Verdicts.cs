using System.Globalization;

namespace Mlflow.Deployments.Mutation;

/// <summary>What the runs have found, as files and as a page.</summary>
internal static class Verdicts
{
    /// <summary>Reads the best verdict on each mutant; a file that is not there says nothing.</summary>
    public static Dictionary<int, Verdict> Read(IEnumerable<string> files) =>
        files.Where(File.Exists).SelectMany(File.ReadLines).Select(line => line.Split(' '))
            .GroupBy(line => int.Parse(line[0], CultureInfo.InvariantCulture), line => Enum.Parse<Verdict>(line[1]))
            .ToDictionary(mutant => mutant.Key, mutant => mutant.Max());

    public static bool IsFound(Verdict verdict) => verdict is Verdict.Killed or Verdict.TimedOut;

    /// <summary>Writes a table of folders, then every mutant that no test has found.</summary>
    public static void Show(IReadOnlyList<Mutant> mutants, Dictionary<int, Verdict> verdicts, TextWriter page)
    {
        page.WriteLine("| folder | score | killed | timed out | survived | not covered |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var folder in mutants.GroupBy(mutant => mutant.Folder, StringComparer.Ordinal).OrderBy(folder => folder.Key, StringComparer.Ordinal))
        {
            WriteRow($"`{folder.Key}`", folder);
        }

        WriteRow("all", mutants);
        page.WriteLine();
        foreach (var mutant in mutants.Where(mutant => !IsFound(Of(mutant))).OrderBy(mutant => mutant.File, StringComparer.Ordinal).ThenBy(mutant => mutant.Line))
        {
            page.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mutant.File}:{mutant.Line} {Of(mutant)} ({mutant.Kind}, {mutant.Id}): {mutant.Original} -> {mutant.Replacement}"));
        }

        Verdict Of(Mutant mutant) => verdicts.GetValueOrDefault(mutant.Id);

        void WriteRow(string name, IEnumerable<Mutant> some)
        {
            var counts = some.CountBy(Of).ToDictionary();
            var (all, found) = (counts.Values.Sum(), counts.Where(count => IsFound(count.Key)).Sum(count => count.Value));
            page.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {100d * found / all:0.0} % | {Count(Verdict.Killed)} | {Count(Verdict.TimedOut)} | {Count(Verdict.Survived)} | {Count(Verdict.NotCovered)} |"));

            int Count(Verdict verdict) => counts.GetValueOrDefault(verdict);
        }
    }
}
