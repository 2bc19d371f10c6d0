using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Client;

/// <summary>Settings that cannot be meant are refused at once, by name and with their value.</summary>
public class BadOptionTests
{
    private static readonly TestCaseData<DeployClientOptions, string>[] BadForTheClient =
    [
        new(new() { MaxRetryAfter = TimeSpan.FromSeconds(-1) }, "MaxRetryAfter is -00:00:01"),
        new(new() { MaxRetries = -1 }, "MaxRetries is -1"),
        new(new() { MaxRetries = 11 }, "MaxRetries is 11"),
        new(new() { RetryMode = (RetryMode)77 }, "RetryMode is 77"),
        new(new() { RetryDelay = TimeSpan.FromTicks(-1) }, "RetryDelay is -00:00:00.0000001"),
        new(new() { MaxConcurrentRequests = 0 }, "MaxConcurrentRequests is 0"),
        new(new() { MaxEventBytes = 0 }, "MaxEventBytes is 0"),
        new(new() { TimeProvider = null! }, "TimeProvider is null"),
        new(new() { CircuitBreaker = new() { MinimumThroughput = 1 } }, "MinimumThroughput is 1"),
        new(new() { CircuitBreaker = new() { SamplingDuration = TimeSpan.FromSeconds(0.4) } }, "SamplingDuration is 00:00:00.4"),
        new(new() { CircuitBreaker = new() { BreakDuration = TimeSpan.FromDays(1.5) } }, "BreakDuration is 1.12:00:00"),
    ];

    private static readonly TestCaseData<BatchEmbeddingOptions, string>[] BadForABatch =
    [
        new(new() { BatchSize = 0 }, "BatchSize is 0"),
        new(new() { MaxBatchCharacters = 0 }, "MaxBatchCharacters is 0"),
        new(new() { MaxConcurrency = 0 }, "MaxConcurrency is 0"),
        new(new() { ExpectedCount = -1 }, "ExpectedCount is -1"),
        new(new() { MaxRetries = -1 }, "MaxRetries is -1"),
        new(new() { Patience = TimeSpan.FromSeconds(-1) }, "Patience is -00:00:01"),
        new(new() { Patience = TimeSpan.FromDays(1000) }, "Patience is 1000.00:00:00"),
    ];

    private static readonly DeployClientOptions[] AtTheEdge =
    [
        new() { MaxRetryAfter = TimeSpan.Zero, MaxRetries = 0, RetryDelay = TimeSpan.Zero, MaxConcurrentRequests = 1, MaxEventBytes = 1 },
        new() { MaxRetries = 10, CircuitBreaker = new() { MinimumThroughput = 2, SamplingDuration = TimeSpan.FromSeconds(0.5), BreakDuration = TimeSpan.FromDays(1), FailureRatio = 1 } },
    ];

    [TestCaseSource(nameof(BadForTheClient))]
    public void Client_with_a_bad_setting_is_not_made(DeployClientOptions options, string words) =>
        Assert.That(() => Clients.Answering(new StubHandler(_ => Clients.Json("{}")), options), Throws.ArgumentException.With.Message.Contains(words));

    [TestCaseSource(nameof(AtTheEdge))]
    public void Client_with_the_smallest_and_largest_settings_is_made(DeployClientOptions options) =>
        Assert.That(() => Clients.Answering(new StubHandler(_ => Clients.Json("{}")), options).Dispose(), Throws.Nothing);

    [TestCaseSource(nameof(BadForABatch))]
    public void Batch_with_a_bad_setting_does_not_begin(BatchEmbeddingOptions options, string words)
    {
        using var client = Clients.AnsweringJson("{}");

        Assert.That(() => { _ = client.EmbedAsync("e", ["x"], options); }, Throws.ArgumentException.With.Message.Contains(words));
    }
}
