using BenchmarkDotNet.Attributes;
using Mlflow.Deployments.Benchmarks.Baseline;
using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Benchmarks.Cases;

/// <summary>One chat call, whole answer.</summary>
public class ChatCall : IDisposable
{
    private readonly LimitClient _limit = new(new FakeHandler(Payloads.Chat(), "application/json"));
    private readonly DeployClient _client = Clients.Of(new FakeHandler(Payloads.Chat(), "application/json"));

    /// <summary>By hand.</summary>
    [Benchmark(Baseline = true, Description = "limit")]
    public async Task<int> LimitAsync() => (await _limit.ChatAsync(new([new("user", Payloads.Question)]))).Choices[0].Message!.Content!.Length;

    /// <summary>By the client.</summary>
    [Benchmark(Description = "DeployClient")]
    public async Task<int> ClientAsync() => (await _client.PredictAsync("chat", new ChatRequest(Payloads.Question))).Text.Length;

    /// <inheritdoc />
    public void Dispose()
    {
        _limit.Dispose();
        _client.Dispose();
        GC.SuppressFinalize(this);
    }
}
