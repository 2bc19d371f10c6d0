using System.Diagnostics;
using Mlflow.Deployments.Mutation;

// Stryker starts a process for every mutant, which takes hours. This runs its mutants in one process, each against the tests that come by it, and takes
// minutes. See tests/mutation, which calls it, and docs/quality.md.
const int Done = 0, Bad = 1;

switch (args)
{
    case ["coverage", var assembly, var output]:
        Coverage.Measure(assembly, output, TimeProvider.System);
        return Done;

    // With the verdicts of other tests before its own: what those have found is not tried again.
    case ["run", var assembly, var coverage, var report, .. var files]:
        var known = Verdicts.Read(files[^1..]);
        var found = Verdicts.Read(files).Where(verdict => Verdicts.IsFound(verdict.Value)).Select(verdict => verdict.Key);
        if (!new Trial(assembly, Coverage.Read(coverage), Mutant.Read(report), files[^1]).Go(known.Keys.Concat(found).ToHashSet()))
        {
            Process.GetCurrentProcess().Kill(); // a return would wait for threads that a mutant has sent into an endless loop
        }

        return Done;

    case ["show", var bound, var report, .. var files]:
        var (mutants, verdicts) = (Mutant.Read(report), Verdicts.Read(files));
        Verdicts.Show(mutants, verdicts, Console.Out);
        return mutants.Count(mutant => Verdicts.IsFound(verdicts.GetValueOrDefault(mutant.Id))) * 100 >= mutants.Count * int.Parse(bound, provider: null) ? Done : Bad;

    default:
        Console.Error.WriteLine("coverage ASSEMBLY OUT | run ASSEMBLY COVERAGE REPORT VERDICTS… OUT | show BOUND REPORT VERDICTS…");
        return Bad;
}
