using System.Text.Json.Nodes;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Recorded;

/// <summary>What providers must receive and what clients must get, as data: one test each, all played in one run.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VectorTests
{
    private const string Folder = "vectors";

    /// <summary>What this gateway does not have yet, as the vectors call it in <c>provider</c>.</summary>
    private static readonly string[] Pending = [];

    private static readonly Lazy<Task<IReadOnlyDictionary<string, string>>> Verdicts = new(
        () => NodeRunner.PlayAsync("run-vectors.mjs", "id", "--vectors", SharedFolder.Require(Folder), "--only", string.Join(',', Names())));

    [TestCaseSource(nameof(Names))]
    public async Task Vector_is_answered_as_asked(string name)
    {
        SharedFolder.Require(Folder);
        SharedFolder.RequireNode();

        IReadOnlyDictionary<string, string> verdicts = await Verdicts.Value;

        Assert.That(verdicts[name], Is.Empty);
    }

    private static IEnumerable<string> Names() =>
        !SharedFolder.HasNode ? [SharedFolder.NeedsNode]
            : SharedFolder.Find(Folder) is { } folder ? Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
                .Select(file => JsonNode.Parse(File.ReadAllText(file))!)
                .Where(vector => !Pending.Contains((string?)vector["provider"]))
                .Select(vector => (string)vector["id"]!)
                .Order(StringComparer.Ordinal)
            : [SharedFolder.NeedsRecordings];
}
