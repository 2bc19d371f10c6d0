using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class EmbedTests
{
    private readonly ConcurrentQueue<string[]> _batches = new();
    private readonly ConcurrentQueue<string?> _formats = new();

    [TestCase(null)]
    [TestCase("float")]
    [TestCase("base64")]
    public async Task EmbedAsync_of_600_texts_gives_every_vector_its_place(string? format, CancellationToken token)
    {
        await using var server = await EmbedderAsync();
        using var client = server.Client();
        var texts = Enumerable.Range(0, 600).Select(Name).ToArray();

        var vectors = await client.EmbedAsync("ada", texts, new() { EncodingFormat = format is null ? null : new EmbeddingEncodingFormat(format) }, token);

        Assert.Multiple(() =>
        {
            Assert.That(vectors.Select(vector => vector.ToArray()), Is.EqualTo(Enumerable.Range(0, 600).Select(i => new[] { i, 0.5f })));
            Assert.That(_formats, Is.EqualTo(Enumerable.Repeat(format ?? "base64", 3)));
        });
    }

    [Test]
    public async Task EmbedAsync_of_600_texts_asks_by_256_in_order(CancellationToken token)
    {
        await using var server = await EmbedderAsync();
        using var client = server.Client();
        var texts = Enumerable.Range(0, 600).Select(Name).ToArray();

        await client.EmbedAsync("ada", texts, new() { MaxConcurrency = 1 }, token);

        Assert.Multiple(() =>
        {
            Assert.That(_batches.Select(batch => batch.Length), Is.EqualTo(new[] { 256, 256, 88 }));
            Assert.That(_batches.SelectMany(batch => batch), Is.EqualTo(texts));
        });
    }

    [Test]
    public async Task EmbedAsync_whose_one_request_fails_stops_the_others(CancellationToken token)
    {
        var waiting = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(async context =>
        {
            if (!(await context.ReadBodyAsync()).Contains("\"text 0\"", StringComparison.Ordinal))
            {
                waiting.SetResult();
                await context.UntilAbortedAsync();
                stopped.SetResult();
                return;
            }

            await waiting.Task.WaitAsync(context.RequestAborted);
            await context.AnswerAsync("""{"detail":"text is too long"}""", status: 400);
        });
        using var client = server.Client();

        var failure = await Assert.ThrowsAsync<DeployRequestException>(() => client.EmbedAsync("ada", [Name(0), Name(1)], new() { BatchSize = 1 }, token));
        await stopped.Task.WaitAsync(token);

        Assert.That(failure!.Message, Does.Contain("text is too long"));
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"text {number}");

    // Each vector begins with the number in its text; they come back in the wrong order.
    private Task<FaultServer> EmbedderAsync() => FaultServer.StartAsync(async context =>
    {
        var request = JsonNode.Parse(await context.ReadBodyAsync())!;
        var texts = request["input"]!.AsArray().Select(text => (string)text!).ToArray();
        var format = (string?)request["encoding_format"];
        _batches.Enqueue(texts);
        _formats.Enqueue(format);
        var data = texts.Select((text, i) => $$"""{"index":{{i}},"embedding":{{Vector(float.Parse(text[5..], CultureInfo.InvariantCulture), format)}}}""").Reverse();
        await context.AnswerAsync($$"""{"object":"list","model":"ada","data":[{{string.Join(',', data)}}]}""");
    });

    private static string Vector(float number, string? format) => format == "base64"
        ? $"\"{Convert.ToBase64String([.. BitConverter.GetBytes(number), .. BitConverter.GetBytes(0.5f)])}\""
        : string.Create(CultureInfo.InvariantCulture, $"[{number},0.5]");
}
