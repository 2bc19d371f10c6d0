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

    /// <summary>Gets all tests, the quickest first.</summary>
    public IReadOnlyList<(string Test, double Milliseconds)> Tests { get; private set; } = [];

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
        var tests = new List<(string Test, double Milliseconds)>();
        foreach (var columns in File.ReadLines(file).Select(line => line.Split('\t')))
        {
            var test = (Test: columns[0], Milliseconds: double.Parse(columns[1], CultureInfo.InvariantCulture));
            if (test.Test != Once)
            {
                tests.Add(test);
            }

            foreach (var mutant in columns[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)))
            {
                if (test.Test == Once)
                {
                    coverage.StartUp.Add(mutant);
                }
                else
                {
                    coverage.Of(mutant).Add(test);
                }
            }
        }

        coverage.Tests = [.. tests.OrderBy(test => test.Milliseconds)];
        return coverage;
    }

    /// <summary>Returns the tests that come by a mutant, the quickest first.</summary>
    public IReadOnlyList<(string Test, double Milliseconds)> TestsOf(int mutant) => [.. (_tests.GetValueOrDefault(mutant) ?? []).OrderBy(test => test.Milliseconds)];

    private List<(string Test, double Milliseconds)> Of(int mutant) => _tests.TryGetValue(mutant, out var tests) ? tests : _tests[mutant] = [];
}
