using System.Globalization;

namespace Mlflow.Deployments.Mutation;

/// <summary>Tries the mutants one after the other, and writes down what becomes of each as soon as it is known.</summary>
internal sealed class Trial(string assembly, Coverage coverage, IReadOnlyList<Mutant> mutants, string output)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // Names the mutant that is tried: one that takes the whole process down leaves it there.
    private readonly string _trying = output + ".trying";

    private TestSuite? _suite;
    private bool _hasRun;

    /// <summary>Tries what has no verdict yet.</summary>
    /// <returns>Whether all is done; else another process has to go on, because this one is used up.</returns>
    public bool Go(IReadOnlySet<int> known)
    {
        var crashed = File.Exists(_trying) ? File.ReadAllText(_trying) : null;
        foreach (var mutant in mutants.Where(mutant => !known.Contains(mutant.Id)))
        {
            if (mutant.Id.ToString(CultureInfo.InvariantCulture) == crashed)
            {
                Write(mutant, Verdict.Killed);
                continue;
            }

            // There is no telling which tests need what only the first of them came by.
            var isStartUp = coverage.StartUp.Contains(mutant.Id);
            var tests = isStartUp ? coverage.Tests : coverage.TestsOf(mutant.Id);
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
        File.WriteAllText(_trying, mutant.Id.ToString(CultureInfo.InvariantCulture));
        MutatedClient.Activate(mutant.Id);
        _suite ??= new(assembly, stopsAtFirstFailure: true);
        var limit = Grace + TimeSpan.FromMilliseconds(3 * tests.Sum(test => test.Milliseconds));
        var failed = _suite.Run(tests.Select(test => test.Test), limit < Longest || tests == coverage.Tests ? limit : Longest);
        MutatedClient.Activate(MutatedClient.None);
        if (failed is null)
        {
            Write(mutant, Verdict.TimedOut);
            File.Delete(_trying);
            return false;
        }

        // A test that fails without the mutant too, fails of what an earlier one has left behind: then this one is tried again in a process of its own.
        var isClean = failed is [] || _suite.Run([failed[0]], Longest) is [];
        if (isClean || !_hasRun)
        {
            Write(mutant, failed is [] ? Verdict.Survived : Verdict.Killed);
        }

        _hasRun = true;
        File.Delete(_trying);
        return isClean;
    }

    private void Write(Mutant mutant, Verdict verdict) => File.AppendAllText(output, string.Create(CultureInfo.InvariantCulture, $"{mutant.Id} {verdict}\n"));
}
