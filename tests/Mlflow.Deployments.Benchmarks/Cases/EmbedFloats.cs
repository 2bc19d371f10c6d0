using BenchmarkDotNet.Attributes;
using Mlflow.Deployments.Benchmarks.Baseline;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Benchmarks.Cases;

/// <summary>256 vectors of 1,536 numbers in one request, as floats.</summary>
public class EmbedFloats : IDisposable
{
    private static readonly BatchEmbeddingOptions Options = new() { EncodingFormat = EmbeddingEncodingFormat.Float, BatchSize = Payloads.Vectors };

    private readonly LimitClient _limit = new(new FakeHandler(Payloads.Embeddings(base64: false), "application/json"));
    private readonly DeployClient _client = Clients.Of(new FakeHandler(Payloads.Embeddings(base64: false), "application/json"));

    /// <summary>By hand.</summary>
    [Benchmark(Baseline = true, Description = "limit")]
    public async Task<float> LimitAsync()
    {
        var vectors = (await _limit.EmbedFloatsAsync(new(Payloads.Inputs, "float"))).Data.OrderBy(item => item.Index).Select(item => item.Embedding).ToArray();
        return vectors[0][0] + vectors[^1][^1];
    }

    /// <summary>By the client.</summary>
    [Benchmark(Description = "DeployClient")]
    public async Task<float> ClientAsync()
    {
        var vectors = await _client.EmbedAsync("embeddings", Payloads.Inputs, Options);
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
