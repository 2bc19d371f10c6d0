using System.Reflection;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace Mlflow.Deployments.Mutation;

/// <summary>The tests of one assembly, in this process, one after the other.</summary>
internal sealed class TestSuite
{
    // Left out: what takes many seconds for what other tests check too, and what looks at files and not at the client.
    private static readonly string[] LeftOut =
        [".Matrix.", ".Transcripts.", ".Packages.", "PageTests.", ".ConventionTests.", ".BatchChaosTests.", ".DeliveryTests.", ".HttpVersionTests.", ".SecretTests."];

    private readonly NUnitTestAssemblyRunner _runner = new(new DefaultTestAssemblyBuilder());
    private readonly ILookup<string, string> _ids;

    public TestSuite(string assembly, bool stopsAtFirstFailure)
    {
        var all = _runner.Load(Assembly.Load(assembly), new Dictionary<string, object>(StringComparer.Ordinal) { ["NumberOfTestWorkers"] = 0, ["StopOnError"] = stopsAtFirstFailure });
        _ids = Leaves(all)
            .Where(test => test.RunState == RunState.Runnable && !LeftOut.Any(part => test.FullName.Contains(part, StringComparison.Ordinal)))
            .ToLookup(test => test.FullName.ReplaceLineEndings(" ").Replace('\t', ' '), test => test.Id, StringComparer.Ordinal);
    }

    public IEnumerable<string> Names => _ids.Select(test => test.Key);

    /// <summary>Runs tests by their names; null when they did not end within the limit, and then they still run.</summary>
    /// <returns>The names of those that failed.</returns>
    public IReadOnlyList<string>? Run(IEnumerable<string> names, TimeSpan limit)
    {
        var ids = names.SelectMany(name => _ids[name]).ToHashSet(StringComparer.Ordinal);
        var failures = new Failures();
        var thread = new Thread(() => _runner.Run(failures, new ByIds(ids))) { IsBackground = true };
        thread.Start();
        return thread.Join(limit) ? failures.Names : null;
    }

    private static IEnumerable<ITest> Leaves(ITest test) => test.IsSuite ? test.Tests.SelectMany(Leaves) : [test];

    private sealed class Failures : ITestListener
    {
        public List<string> Names { get; } = [];

        public void TestStarted(ITest test)
        {
        }

        public void TestFinished(ITestResult result)
        {
            if (!result.Test.IsSuite && result.ResultState.Status == TestStatus.Failed)
            {
                Names.Add(result.Test.FullName.ReplaceLineEndings(" ").Replace('\t', ' '));
            }
        }

        public void TestOutput(TestOutput output)
        {
        }

        public void SendMessage(TestMessage message)
        {
        }
    }

    private sealed class ByIds(HashSet<string> ids) : TestFilter
    {
        public override bool Match(ITest test) => ids.Contains(test.Id);

        public override bool Pass(ITest test, bool negated) => Match(test) || test.Tests.Any(inner => Pass(inner, negated: false));

        public override bool IsExplicitMatch(ITest test) => false;

        public override TNode AddToXml(TNode parentNode, bool recursive) => parentNode;
    }
}
