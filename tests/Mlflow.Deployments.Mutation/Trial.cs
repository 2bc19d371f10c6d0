using System.Globalization;

namespace Mlflow.Deployments.Mutation;

/// <summary>Tries the mutants one after the other, and writes down what becomes of each as soon as it is known.</summary>
internal sealed class Trial(string assembly, Coverage coverage, IReadOnlyList<Mutant> mutants, string output)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private TestSuite? _suite;
    private bool _hasRun;

    /// <summary>Tries what has no verdict yet.</summary>
    /// <returns>Whether all is done; else another process has to go on, because this one is used up.</returns>
    public bool Go(IReadOnlySet<int> known)
    {
        foreach (var mutant in mutants.Where(mutant => !known.Contains(mutant.Id)))
        {
            // Tests of a start-up mutant are those of its file; there is no telling which of them needs it.
            var isStartUp = coverage.StartUp.Contains(mutant.Id);
            var tests = coverage.TestsOf(isStartUp ? mutants.Where(other => other.File == mutant.File).Select(other => other.Id) : [mutant.Id]);
            if (tests.Count == 0)
            {
                Write(mutant, Verdict.NotCovered);
                continue;
            }

            if ((isStartUp && _hasRun) || !Try(mutant, tests) || isStartUp)
            {
                return false;
            }
        }

        return true;
    }

    // Returns whether this process can go on.
    private bool Try(Mutant mutant, IReadOnlyList<(string Test, double Milliseconds)> tests)
    {
        MutatedClient.Activate(mutant.Id);
        _suite ??= new(assembly, stopsAtFirstFailure: true);
        var failed = _suite.Run(tests.Select(test => test.Test), Grace + TimeSpan.FromMilliseconds(4 * tests.Sum(test => test.Milliseconds)));
        MutatedClient.Activate(MutatedClient.None);
        if (failed is null)
        {
            Write(mutant, Verdict.TimedOut);
            return false;
        }

        // A test that fails without the mutant too, fails of what an earlier one has left behind: then this one is tried again in a process of its own.
        var isClean = failed is [] || _suite.Run([failed[0]], Grace + Grace) is [];
        if (isClean || !_hasRun)
        {
            Write(mutant, failed is [] ? Verdict.Survived : Verdict.Killed);
        }

        _hasRun = true;
        return isClean;
    }

    private void Write(Mutant mutant, Verdict verdict) => File.AppendAllText(output, string.Create(CultureInfo.InvariantCulture, $"{mutant.Id} {verdict}\n"));
}
