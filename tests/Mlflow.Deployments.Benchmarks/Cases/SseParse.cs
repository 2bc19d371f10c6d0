using System.Net.ServerSentEvents;
using BenchmarkDotNet.Attributes;
using Mlflow.Deployments.Benchmarks.Baseline;
using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Benchmarks.Cases;

/// <summary>1,000 chunks from bytes in memory to objects, without HTTP: what the reader of chunks costs.</summary>
public class SseParse
{
    private readonly byte[] _bytes = Payloads.Stream(1000);

    /// <summary>By the generated serializer.</summary>
    [Benchmark(Baseline = true, Description = "limit")]
    public async Task<int> LimitAsync()
    {
        var length = 0;
        await foreach (var chunk in LimitClient.ParseAsync(new SocketLikeStream(_bytes)))
        {
            length += chunk.Choices[0].Delta?.Content?.Length ?? 0;
        }

        return length;
    }

    /// <summary>By the client's reader.</summary>
    [Benchmark(Description = "ChatChunkReader")]
    public async Task<int> ClientAsync()
    {
        var reader = new ChatChunkReader();
        var length = 0;
        await foreach (var item in SseParser.Create(new SocketLikeStream(_bytes), (_, data) => data.SequenceEqual("[DONE]"u8) ? null : reader.Read(data)).EnumerateAsync())
        {
            length += item.Data?.Text.Length ?? 0;
        }

        return length;
    }
}
