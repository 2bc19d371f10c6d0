using BenchmarkDotNet.Attributes;
using Mlflow.Deployments.Benchmarks.Baseline;
using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Benchmarks.Cases;

/// <summary>One streamed chat call. With one chunk it is the time to the first chunk, and to the end.</summary>
public class StreamCall : IDisposable
{
    private LimitClient _limit = null!;
    private DeployClient _client = null!;

    /// <summary>Gets the lengths of the stream.</summary>
    public static IEnumerable<int> Lengths => [1, 1000];

    /// <summary>Gets or sets the number of chunks with text.</summary>
    [ParamsSource(nameof(Lengths))]
    public int Chunks { get; set; }

    /// <summary>Makes the bytes.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var bytes = Payloads.Stream(Chunks);
        _limit = new(new FakeHandler(bytes, "text/event-stream"));
        _client = Clients.Of(new FakeHandler(bytes, "text/event-stream"));
    }

    /// <summary>By hand.</summary>
    [Benchmark(Baseline = true, Description = "limit")]
    public async Task<int> LimitAsync()
    {
        var length = 0;
        await foreach (var chunk in _limit.StreamAsync(new([new("user", Payloads.Question)], true, new(true))))
        {
            length += chunk.Choices[0].Delta?.Content?.Length ?? 0;
        }

        return length;
    }

    /// <summary>By the client.</summary>
    [Benchmark(Description = "DeployClient")]
    public async Task<int> ClientAsync()
    {
        var length = 0;
        await foreach (var chunk in _client.PredictStreamAsync("chat", new ChatRequest(Payloads.Question)))
        {
            length += chunk.Text.Length;
        }

        return length;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _limit.Dispose();
        _client.Dispose();
        GC.SuppressFinalize(this);
    }
}
