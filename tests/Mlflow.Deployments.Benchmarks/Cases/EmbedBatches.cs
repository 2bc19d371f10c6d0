using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mlflow.Deployments.Benchmarks.Baseline;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Benchmarks.Cases;

/// <summary>10,240 vectors of 1,536 numbers in requests of 256, eight under way at once, as base64.</summary>
public class EmbedBatches : IDisposable
{
    private const int Requests = 40;
    private const int Concurrency = 8;

    private static readonly BatchEmbeddingOptions Options = new() { EncodingFormat = EmbeddingEncodingFormat.Base64, BatchSize = Payloads.Vectors, MaxConcurrency = Concurrency };
    private static readonly string[] Texts = [.. Enumerable.Repeat(Payloads.Inputs, Requests).SelectMany(inputs => inputs)];

    private readonly LimitClient _limit = new(new FakeHandler(Payloads.Embeddings(base64: true), "application/json"));
    private readonly DeployClient _client = Clients.Of(new FakeHandler(Payloads.Embeddings(base64: true), "application/json"));

    /// <summary>By hand: requests in parallel, and nothing when one fails.</summary>
    [Benchmark(Baseline = true, Description = "limit")]
    public async Task<float> LimitAsync()
    {
        var vectors = new float[Texts.Length][];
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (request, _) =>
        {
            var start = request * Payloads.Vectors;
            foreach (var item in (await _limit.EmbedBase64Async(new(new ArraySegment<string>(Texts, start, Payloads.Vectors), "base64"))).Data)
            {
                vectors[start + item.Index] = MemoryMarshal.Cast<byte, float>(item.Embedding).ToArray();
            }
        });
        return vectors[0][0] + vectors[^1][^1];
    }

    /// <summary>By the client.</summary>
    [Benchmark(Description = "DeployClient")]
    public async Task<float> ClientAsync()
    {
        var vectors = await _client.EmbedAsync("embeddings", Texts, Options);
        return vectors[0].Span[0] + vectors[^1].Span[^1];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _limit.Dispose();
        _client.Dispose();
        GC.SuppressFinalize(this);
    }
}
