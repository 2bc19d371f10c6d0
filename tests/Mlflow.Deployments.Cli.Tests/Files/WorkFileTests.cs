using CsCheck;
using Mlflow.Deployments.Cli.Files;

namespace Mlflow.Deployments.Cli.Tests.Files;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WorkFileTests : IDisposable
{
    private const string Job = """{"input":"a"}""";

    private static readonly Gen<RowResult[]> Results = Gen.Bool.SelectMany(isError => isError
        ? Gen.String.Select(error => new RowResult(default, error))
        : Gen.Single.Array[3].Select(vector => new RowResult(vector, Error: null))).Array[0, 20];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Resume_file_torn_anywhere_has_the_blocks_that_were_whole() => Gen.Select(Results, Results, Gen.Int[0, 10_000]).Sample((first, second, cut) =>
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        var ends = Write(path, first, second);
        var length = cut % (ends[^1] + 1);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(length);
        }

        if (WorkFile.Resume(path) is not { } found)
        {
            return length < ends[0]; // not even the job was whole
        }

        using var work = found.Work;
        var expected = length >= ends[2] ? [.. first, .. second] : length >= ends[1] ? first : [];
        return found.Job == Job && work.Count == expected.Length && AreSame(work.ReadAll(), expected);
    }, iter: 200);

    [Test]
    public void Resume_flipped_bit_is_found([Values(0, 5, 13)] int fromEnd)
    {
        var path = Path.Combine(_folder, "work");
        Write(path, [new(new float[] { 1, 2 }, null)], [new(new float[] { 3, 4 }, null)]);
        var bytes = File.ReadAllBytes(path);
        bytes[^(fromEnd + 1)] ^= 1;
        File.WriteAllBytes(path, bytes);

        using var work = WorkFile.Resume(path)!.Value.Work;

        Assert.That(work.Count, Is.EqualTo(1));
    }

    [Test]
    public void Resume_goes_on_behind_what_was_whole()
    {
        var path = Path.Combine(_folder, "work");
        Write(path, [new(new float[] { 1 }, null)], []);
        File.AppendAllText(path, "torn");

        using (var work = WorkFile.Resume(path)!.Value.Work)
        {
            work.Add(new(default, "refused"));
            work.Flush();
        }

        Assert.That(AreSame(WorkFile.Read(path), [new(new float[] { 1 }, null), new(default, "refused")]));
    }

    [Test]
    public void Resume_other_file_is_refused()
    {
        var path = Path.Combine(_folder, "work");
        File.WriteAllText(path, "something that the user needs");

        Assert.That(() => WorkFile.Resume(path), Throws.TypeOf<CommandException>().With.Message.Contains("no work file"));
        Assert.That(File.ReadAllText(path), Is.EqualTo("something that the user needs"));
    }

    [Test]
    public void Create_file_in_use_is_refused()
    {
        var path = Path.Combine(_folder, "work");
        using var first = WorkFile.Create(path, Job);

        Assert.That(() => WorkFile.Create(path, Job), Throws.TypeOf<WorkInUseException>().With.Message.Contains("in use"));
    }

    // Returns the lengths of the file after the job, and after each flush.
    private static long[] Write(string path, RowResult[] first, RowResult[] second)
    {
        using var work = WorkFile.Create(path, Job);
        var ends = new List<long> { new FileInfo(path).Length };
        foreach (var results in new[] { first, second })
        {
            foreach (var result in results)
            {
                work.Add(result);
            }

            work.Flush();
            ends.Add(new FileInfo(path).Length);
        }

        return [.. ends];
    }

    private static bool AreSame(IEnumerable<RowResult> left, IEnumerable<RowResult> right) =>
        left.Select(Text).SequenceEqual(right.Select(Text), StringComparer.Ordinal);

    private static string Text(RowResult result) => result.Error is { } error ? "error " + error.Replace("\ud800", "", StringComparison.Ordinal)
        : string.Join(',', result.Vector.ToArray().Select(BitConverter.SingleToInt32Bits));
}
