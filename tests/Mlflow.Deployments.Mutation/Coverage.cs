using System.Globalization;

namespace Mlflow.Deployments.Mutation;

/// <summary>Which tests come by which mutant, and how long they take.</summary>
internal sealed class Coverage
{
    // What only the first of all runs comes by: the initial values of static fields, mostly. Such a mutant has to be active before anything else.
    private const string Once = "once";

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly Dictionary<int, List<(string Test, double Milliseconds)>> _tests = [];

    private Coverage()
    {
    }

    /// <summary>Gets the mutants that have to be active from the beginning of a process.</summary>
    public HashSet<int> StartUp { get; } = [];

    /// <summary>Runs each test by itself and writes down what it comes by. Tests that fail without a mutant are left out.</summary>
    public static void Measure(string assembly, string output, TimeProvider clock)
    {
        MutatedClient.Observe();
        MutatedClient.Activate(MutatedClient.None);
        var suite = new TestSuite(assembly, stopsAtFirstFailure: false);
        suite.Run(suite.Names, Long);
        var once = MutatedClient.TakeObserved().ToHashSet();
        using var writer = new StreamWriter(output);
        foreach (var test in suite.Names)
        {
            var began = clock.GetTimestamp();
            var failed = suite.Run([test], Long);
            var mutants = MutatedClient.TakeObserved().ToList();
            if (failed is [])
            {
                once.ExceptWith(mutants);
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{test}\t{clock.GetElapsedTime(began).TotalMilliseconds:0}\t{string.Join(',', mutants)}"));
            }
        }

        writer.WriteLine($"{Once}\t0\t{string.Join(',', once)}");
    }

    public static Coverage Read(string file)
    {
        var coverage = new Coverage();
        foreach (var columns in File.ReadLines(file).Select(line => line.Split('\t')))
        {
            foreach (var mutant in columns[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)))
            {
                if (columns[0] == Once)
                {
                    coverage.StartUp.Add(mutant);
                }
                else
                {
                    coverage.Of(mutant).Add((columns[0], double.Parse(columns[1], CultureInfo.InvariantCulture)));
                }
            }
        }

        return coverage;
    }

    /// <summary>Returns the tests that come by any of these mutants, the quickest first.</summary>
    public IReadOnlyList<(string Test, double Milliseconds)> TestsOf(IEnumerable<int> mutants) =>
        [.. mutants.SelectMany(mutant => _tests.GetValueOrDefault(mutant) ?? []).Distinct().OrderBy(test => test.Milliseconds)];

    private List<(string Test, double Milliseconds)> Of(int mutant) => _tests.TryGetValue(mutant, out var tests) ? tests : _tests[mutant] = [];
}
