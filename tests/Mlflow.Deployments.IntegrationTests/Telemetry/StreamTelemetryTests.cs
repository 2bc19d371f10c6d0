using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Telemetry;

/// <summary>The span and the measurements of streams and lists: whole, left, broken off, cancelled.</summary>
[CancelAfter(10_000)]
public class StreamTelemetryTests
{
    private const string Usage = """{"id":"c1","model":"m1","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":6}}""";

    [Test]
    public async Task Whole_stream_is_complete_with_usage_and_times(CancellationToken token)
    {
        var (clock, next) = (new FakeTimeProvider(), new SemaphoreSlim(1));
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            foreach (var piece in new[] { Sse.Text("a"), Sse.Text("b"), Sse.Stop() + Sse.Event(Usage) + Sse.Done })
            {
                await next.WaitAsync(context.RequestAborted);
                clock.Advance(TimeSpan.FromSeconds(0.5));
                await context.SendAsync(piece);
            }
        });
        using var client = server.Client(new() { TimeProvider = clock });
        using var recorder = new Recorder(server.Address);

        await foreach (var _ in client.PredictStreamAsync("gpt", new ChatRequest("Hi") { Temperature = 0 }, token))
        {
            next.Release();
        }

        Assert.Multiple(() =>
        {
            Assert.That(recorder.Spans().Single().DisplayName, Is.EqualTo("chat gpt"));
            Assert.That(recorder.Tags(), Is.EquivalentTo(new Dictionary<string, object?>
            {
                ["gen_ai.operation.name"] = "chat",
                ["gen_ai.provider.name"] = "mlflow",
                ["gen_ai.request.model"] = "gpt",
                ["server.address"] = "127.0.0.1",
                ["gen_ai.request.stream"] = true,
                ["gen_ai.request.temperature"] = 0.0,
                ["gen_ai.response.time_to_first_chunk"] = 0.5,
                ["gen_ai.response.id"] = "c1",
                ["gen_ai.response.model"] = "m1",
                ["gen_ai.response.finish_reasons"] = "stop",
                ["gen_ai.usage.input_tokens"] = 4,
                ["gen_ai.usage.output_tokens"] = 6,
                ["mlflow.stream.outcome"] = "complete",
                ["mlflow.stream.chunks"] = 4,
            }));
            Assert.That(recorder.Measurements(), Is.EqualTo(new[]
            {
                "gen_ai.client.operation.duration s count 1 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt gen_ai.response.model=m1",
                "gen_ai.client.operation.time_per_output_chunk s count 1 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt gen_ai.response.model=m1",
                "gen_ai.client.operation.time_per_output_chunk s count 2 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt",
                "gen_ai.client.operation.time_to_first_chunk s count 1 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt",
                "gen_ai.client.token.usage {token} count 1 sum 4 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt gen_ai.response.model=m1 gen_ai.token.type=input",
                "gen_ai.client.token.usage {token} count 1 sum 6 gen_ai.operation.name=chat gen_ai.provider.name=mlflow gen_ai.request.model=gpt gen_ai.response.model=m1 gen_ai.token.type=output",
            }));
        });
    }

    [Test]
    public async Task Completion_stream(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Event("""{"id":"x","model":"m","choices":[{"index":0,"text":"a","finish_reason":"length"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"""), Sse.Done);

        await CheckAsync(server, client => client.PredictStreamAsync("davinci", new CompletionRequest("Once"), token).CountAsync(token).AsTask(), "text_completion davinci", "complete", 1, null, usage: (1, 2));
    }

    [Test]
    public async Task Untyped_stream(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("a"), Sse.Stop(), Sse.Event(Usage), Sse.Done);

        await CheckAsync(server, client => client.PredictStreamAsync("gpt", new JsonObject { ["messages"] = new JsonArray() }, token).CountAsync(token).AsTask(), "chat gpt", "complete", 3, null, usage: (4, 6));
    }

    [Test]
    public async Task Stream_that_is_left_is_no_error_and_keeps_what_was_known(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Event("""{"id":"c1","choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":4,"completion_tokens":1}}"""));
            await context.UntilAbortedAsync();
        });

        await CheckAsync(server, async client => await client.PredictStreamAsync("gpt", new ChatRequest("Hi"), token).FirstAsync(token), "chat gpt", "left", 1, null, usage: (4, 1));
    }

    [Test]
    public async Task Stream_that_breaks_off_is_an_error_with_usage(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Event("""{"id":"c1","choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":4,"completion_tokens":1}}"""));
            await context.SendAsync(Sse.Text("b"));
        });

        await CheckAsync(
            server, client => client.PredictStreamAsync("gpt", new ChatRequest("Hi"), token).CountAsync(token).AsTask(), "chat gpt", "failed", 2, "Mlflow.Deployments.DeployStreamException", usage: (4, 1));
    }

    [Test]
    public async Task Stream_that_is_refused_is_an_error_of_that_status(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("{}", status: 404);

        await CheckAsync(server, client => client.PredictStreamAsync("gpt", new ChatRequest("Hi"), token).CountAsync(token).AsTask(), "chat gpt", "failed", 0, "404");
    }

    [Test]
    public async Task Stream_that_is_cancelled_is_told_so(CancellationToken token)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            await context.SendAsync(Sse.Text("a"));
            await context.UntilAbortedAsync();
        });

        await CheckAsync(
            server,
            async client =>
            {
                await foreach (var _ in client.PredictStreamAsync("gpt", new ChatRequest("Hi"), cancel.Token))
                {
                    await cancel.CancelAsync();
                }
            },
            "chat gpt",
            "cancelled",
            1,
            "cancelled");
    }

    [Test]
    public async Task Span_is_open_until_the_stream_is_disposed_and_never_the_callers(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(Sse.Text("a"), Sse.Text("b"), Sse.Stop(), Sse.Done);
        using var client = server.Client();
        using var recorder = new Recorder(server.Address);
        using var mine = new Activity("mine").Start();

        var chunks = client.PredictStreamAsync("gpt", new ChatRequest("Hi"), token).GetAsyncEnumerator(token);
        while (await chunks.MoveNextAsync())
        {
            Assert.That(Activity.Current, Is.SameAs(mine));
            Assert.That(recorder.Spans(), Is.Empty);
        }

        await chunks.DisposeAsync();
        var call = client.GetHealthAsync(token);
        Assert.That(Activity.Current, Is.SameAs(mine));
        await call;

        Assert.Multiple(() =>
        {
            Assert.That(Activity.Current, Is.SameAs(mine));
            Assert.That(recorder.Spans().Select(span => span.ParentSpanId), Is.EqualTo(new[] { mine.SpanId, mine.SpanId }));
        });
    }

    [Test]
    public async Task List_is_one_span_over_all_its_pages_and_parent_of_their_requests(CancellationToken token)
    {
        var traces = new List<string?>();
        await using var server = await FaultServer.StartAsync(context =>
        {
            traces.Add(context.Request.Headers.TraceParent);
            return context.AnswerAsync(context.Request.QueryString.HasValue
                ? $$"""{"endpoints":[{{Answers.Endpoint("b")}}]}"""
                : $$"""{"endpoints":[{{Answers.Endpoint("a")}}],"next_page_token":"2"}""");
        });
        using var client = server.Client();
        using var recorder = new Recorder(server.Address);

        var count = await client.ListEndpointsAsync(token).CountAsync(token);

        Assert.Multiple(() =>
        {
            var span = recorder.Spans().Single();
            Assert.That((count, span.DisplayName, span.GetTagItem("mlflow.endpoints.count"), span.GetTagItem("mlflow.stream.outcome")), Is.EqualTo((2, "list_endpoints", 2, "complete")));
            Assert.That(traces.Select(trace => trace!.Split('-')[1]), Is.EqualTo(new[] { span.TraceId.ToString(), span.TraceId.ToString() }));
            Assert.That(recorder.Measurements(), Is.EqualTo(new[] { "gen_ai.client.operation.duration s count 1 gen_ai.operation.name=list_endpoints gen_ai.provider.name=mlflow" }));
        });
    }

    [Test]
    public async Task Failing_list_is_an_error(CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync("{}", status: 401);
        using var client = server.Client();
        using var recorder = new Recorder(server.Address);

        Assert.That(async () => await client.ListEndpointsAsync(token).CountAsync(token), Throws.TypeOf<DeployAuthenticationException>());

        Assert.That((recorder.Spans().Single().Status, recorder.Tags()["error.type"]), Is.EqualTo((ActivityStatusCode.Error, "401")));
    }

    private static async Task CheckAsync(
        FaultServer server, Func<DeployClient, Task> read, string name, string outcome, int chunks, string? errorType, (int Input, int Output)? usage = null)
    {
        using var client = server.Client();
        using var recorder = new Recorder(server.Address);
        try
        {
            await read(client);
        }
        catch (Exception e) when (e is DeployException or OperationCanceledException)
        {
            Assert.That(errorType, Is.Not.Null, e.Message);
        }

        Assert.Multiple(() =>
        {
            var (span, tags) = (recorder.Spans().Single(), recorder.Tags());
            Assert.That((span.DisplayName, tags["mlflow.stream.outcome"], tags["mlflow.stream.chunks"]), Is.EqualTo((name, outcome, chunks)));
            Assert.That((span.Status, tags.GetValueOrDefault("error.type")), Is.EqualTo((errorType is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, errorType)));
            Assert.That((tags.GetValueOrDefault("gen_ai.usage.input_tokens"), tags.GetValueOrDefault("gen_ai.usage.output_tokens")), Is.EqualTo(((object?)usage?.Input, (object?)usage?.Output)));
            Assert.That(recorder.Measurements().Single(line => line.Contains("duration", StringComparison.Ordinal)).Contains($"error.type={errorType}", StringComparison.Ordinal), Is.EqualTo(errorType is not null));
            Assert.That(recorder.Measurements().Count(line => line.Contains("token.usage", StringComparison.Ordinal)), Is.EqualTo(usage is null ? 0 : 2));
        });
    }
}
