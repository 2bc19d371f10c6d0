using Mlflow.Deployments.Cli.Tests.Support;

namespace Mlflow.Deployments.Cli.Tests.Commands;

/// <summary>The libraries of Parquet and Redis cost time at the start; they are loaded only where they are used.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LoadedAssembliesTests : IAsyncDisposable
{
    private const string Parquet = "Parquet";
    private const string Redis = "StackExchange.Redis";
    private const string Csv = "Sep";
    private const string Tables = "Spectre.Console";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private FakeEmbeddings _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await FakeEmbeddings.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Health_loads_neither_parquet_nor_redis_nor_what_reads_csv_or_draws_tables(CancellationToken cancellationToken)
    {
        var loaded = await LoadedAsync(0, cancellationToken, "health");

        Assert.That(loaded, Does.Contain("mlflow-deployments").And.No.Member(Parquet).And.No.Member(Redis).And.No.Member(Csv).And.No.Member(Tables));
    }

    [TestCase("in.jsonl", "out.jsonl", new string[0])]
    [TestCase("in.csv", "out.jsonl", new[] { Csv })]
    [TestCase("in.jsonl", "out.parquet", new[] { Parquet })]
    [CancelAfter(60_000)]
    public async Task Embed_loads_what_its_files_need(string input, string output, string[] expected, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(InFolder(input), input.EndsWith(".csv", StringComparison.Ordinal) ? "text\na\n" : "{\"text\":\"a\"}\n", cancellationToken);

        var loaded = await LoadedAsync(0, cancellationToken, "embed", "--endpoint", "embeddings", "--input", InFolder(input), "--output", InFolder(output));

        Assert.That(loaded.Intersect([Parquet, Redis, Csv]), Is.EquivalentTo(expected));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Queue_loads_redis(CancellationToken cancellationToken)
    {
        var loaded = await LoadedAsync(1, cancellationToken, "embed", "status", "--queue", "redis://127.0.0.1:1");

        Assert.That(loaded, Does.Contain(Redis));
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private async Task<string[]> LoadedAsync(int exitCode, CancellationToken cancellationToken, params string[] arguments)
    {
        var list = InFolder("loaded.txt");
        using var process = CliProcess.Start(
            _server.Address,
            arguments,
            new() { ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location, [StartupHook.ListVariable] = list });
        var run = await CliProcess.EndAsync(process, cancellationToken);

        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Error);
        return await File.ReadAllLinesAsync(list, cancellationToken);
    }
}
