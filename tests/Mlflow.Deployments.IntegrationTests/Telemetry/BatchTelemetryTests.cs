using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Telemetry;

/// <summary>A batch is one span, above one for each of its requests, however it ends.</summary>
[CancelAfter(10_000)]
public class BatchTelemetryTests
{
    private static readonly BatchEmbeddingOptions Pairs = new() { BatchSize = 2, MaxConcurrency = 1, EncodingFormat = EmbeddingEncodingFormat.Float };

    [Test]
    public async Task Whole_batch(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(EmbedAsync);
        using var client = server.Client(new() { MaxRetries = 0 });
        using var recorder = new Recorder(server.Address);

        await client.EmbedAsync("ada", ["a", "b", "c"], Pairs, token);

        var batch = recorder.Spans().Single(span => span.OperationName == "embed_batch ada");
        var requests = recorder.Spans().Where(span => span != batch).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(Recorder.Tags(batch), Is.EquivalentTo(Expected("complete", texts: 3, requests: 2)));
            Assert.That(batch.Status, Is.EqualTo(ActivityStatusCode.Unset));
            Assert.That(requests.Select(span => (span.DisplayName, span.ParentSpanId)), Is.EqualTo(Enumerable.Repeat(("embeddings ada", batch.SpanId), 2)));
            Assert.That(recorder.Measurements().Single(line => line.Contains("embed_batch", StringComparison.Ordinal)), Does.StartWith("gen_ai.client.operation.duration s count 1 "));
        });
    }

    [Test]
    public async Task Batch_that_is_left_early_is_no_error_and_its_span_is_never_the_callers(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(EmbedAsync);
        using var client = server.Client(new() { MaxRetries = 0 });
        using var recorder = new Recorder(server.Address);
        var before = Activity.Current;
        Activity? inside = null;

        await foreach (var _ in client.EmbedAllAsync("ada", ["a", "b", "c", "d", "e", "f"], Pairs, token))
        {
            inside = Activity.Current;
            break;
        }

        var batch = recorder.Spans().Single(span => span.OperationName == "embed_batch ada");
        Assert.Multiple(() =>
        {
            Assert.That(batch.GetTagItem("mlflow.stream.outcome"), Is.EqualTo("left"));
            Assert.That(batch.GetTagItem("mlflow.batch.texts"), Is.EqualTo(1));
            Assert.That(batch.Status, Is.EqualTo(ActivityStatusCode.Unset));
            Assert.That(inside, Is.SameAs(before));
        });
    }

    [Test]
    public async Task Batch_that_fails_tells_by_what(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context => context.AnswerAsync("""{"detail":"no"}""", status: 401));
        using var client = server.Client(new() { MaxRetries = 0 });
        using var recorder = new Recorder(server.Address);

        Assert.That(async () => await client.EmbedAsync("ada", ["a"], Pairs, token), Throws.TypeOf<DeployAuthenticationException>());

        var batch = recorder.Spans().Single(span => span.OperationName == "embed_batch ada");
        var expected = Expected("failed", texts: 0, requests: 1);
        expected["error.type"] = "401";
        Assert.Multiple(() =>
        {
            Assert.That(Recorder.Tags(batch), Is.EquivalentTo(expected));
            Assert.That(batch.Status, Is.EqualTo(ActivityStatusCode.Error));
        });
    }

    [Test]
    public async Task Batch_that_is_cancelled_says_so(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(EmbedAsync);
        using var client = server.Client(new() { MaxRetries = 0 });
        using var recorder = new Recorder(server.Address);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);

        Assert.That(async () =>
        {
            await foreach (var _ in client.EmbedAllAsync("ada", ["a", "b", "c", "d", "e", "f"], Pairs, stop.Token))
            {
                await stop.CancelAsync();
            }
        }, Throws.InstanceOf<OperationCanceledException>());

        var batch = recorder.Spans().Single(span => span.OperationName == "embed_batch ada");
        Assert.That((batch.GetTagItem("mlflow.stream.outcome"), batch.GetTagItem("error.type")), Is.EqualTo(("cancelled", "cancelled")));
    }

    private static Dictionary<string, object?> Expected(string outcome, int texts, int requests) => new()
    {
        ["gen_ai.operation.name"] = "embed_batch",
        ["gen_ai.provider.name"] = "mlflow",
        ["gen_ai.request.model"] = "ada",
        ["server.address"] = "127.0.0.1",
        ["mlflow.stream.outcome"] = outcome,
        ["mlflow.batch.texts"] = texts,
        ["mlflow.batch.requests"] = requests,
    };

    private static async Task EmbedAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var vectors = body.RootElement.GetProperty("input").EnumerateArray().Select((_, i) => string.Create(CultureInfo.InvariantCulture, $$"""{"index":{{i}},"embedding":[0.5]}"""));
        await context.AnswerAsync($$"""{"object":"list","data":[{{string.Join(',', vectors)}}],"model":"ada"}""");
    }
}
