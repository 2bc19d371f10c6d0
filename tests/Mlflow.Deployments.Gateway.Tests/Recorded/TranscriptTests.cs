using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Recorded;

/// <summary>Exchanges recorded with MLflow's own gateway: one test each, all played in one run.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TranscriptTests
{
    private const string Folder = "transcripts";

    // The run takes seconds and has every verdict; to repeat it for each test would take minutes.
    private static readonly Lazy<Task<IReadOnlyDictionary<string, string>>> Verdicts = new(
        () => NodeRunner.PlayAsync("run-transcripts.mjs", "name", "--transcripts", SharedFolder.Require(Folder)));

    [TestCaseSource(nameof(Names))]
    public async Task Transcript_is_answered_as_asked(string name)
    {
        SharedFolder.Require(Folder);
        SharedFolder.RequireNode();

        IReadOnlyDictionary<string, string> verdicts = await Verdicts.Value;

        Assert.That(verdicts[name], Is.Empty);
    }

    private static IEnumerable<string> Names() =>
        !SharedFolder.HasNode ? [SharedFolder.NeedsNode]
            : SharedFolder.Find(Folder) is { } folder ? Directory.EnumerateFiles(folder, "*.json")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Where(name => name != "policy")
                .Order(StringComparer.Ordinal)
            : [SharedFolder.NeedsRecordings];
}
