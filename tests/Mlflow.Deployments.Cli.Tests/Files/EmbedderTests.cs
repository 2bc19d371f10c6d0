using Mlflow.Deployments.Cli.Embedding;
using Mlflow.Deployments.Cli.Files;
using Mlflow.Deployments.Cli.Tests.Support;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Cli.Tests.Files;

[Parallelizable(ParallelScope.All)]
public sealed class EmbedderTests
{
    [TestCase(1, 1)]
    [TestCase(1, 7)]
    [TestCase(3, 7)]
    [TestCase(8, 2)]
    [CancelAfter(60_000)]
    public async Task Texts_that_a_kill_would_cost_are_at_most_concurrency_times_batch_size(int concurrency, int batchSize, CancellationToken cancellationToken)
    {
        const int Rows = 200;
        await using var server = await FakeEmbeddings.StartAsync();
        using var client = new DeployClient(server.Address);
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "work");
        var most = 0L;
        using (var work = WorkFile.Create(path, "{}"))
        {
            server.Before = (_, _) =>
            {
                lock (server)
                {
                    most = Math.Max(most, server.Different - work.Kept);
                }

                return Task.FromResult(false);
            };
            var job = new EmbedJob { Endpoint = "embeddings", Source = new("in.txt", FileFormat.Text), Output = "out.jsonl", OutputFormat = FileFormat.JsonLines };
            var options = new BatchEmbeddingOptions { MaxConcurrency = concurrency, BatchSize = batchSize, MaxBatchCharacters = 40 };

            await new Embedder(client, job, options, new(TimeProvider.System)).RunAsync(work, RowsAsync(Rows), dimensions: 0, cancellationToken);
        }

        var texts = WorkFile.Read(path).Select(result => result.Vector.ToArray()).ToList();
        folder.Delete(recursive: true);
        Assert.Multiple(() =>
        {
            Assert.That(most, Is.Positive.And.LessThanOrEqualTo(concurrency * batchSize));
            Assert.That(texts, Is.EqualTo(Enumerable.Range(0, Rows).Select(i => FakeEmbeddings.VectorOf($"text {i}"))));
        });
    }

    private static async IAsyncEnumerable<InputRow> RowsAsync(int count)
    {
        await Task.CompletedTask;
        for (var i = 0; i < count; i++)
        {
            yield return new() { Number = i + 1, Text = $"text {i}" };
        }
    }
}
