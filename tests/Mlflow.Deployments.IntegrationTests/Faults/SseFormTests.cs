using System.Globalization;
using System.Text;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

/// <summary>Everything that is legal in an event stream gives the same answer.</summary>
[CancelAfter(10_000)]
public class SseFormTests
{
    private const string First = """{"choices":[{"index":0,"delta":{"content":"Grüße "},"finish_reason":null}]}""";
    private const string Second = """{"choices":[{"index":0,"delta":{"content":"👩‍🚀"},"finish_reason":"stop"}]}""";

    [TestCase("data: {0}\n\ndata: {1}\n\n", TestName = "{m}(LF)")]
    [TestCase("data: {0}\r\n\r\ndata: {1}\r\n\r\n", TestName = "{m}(CRLF)")]
    [TestCase("data: {0}\r\rdata: {1}\r\r", TestName = "{m}(CR)")]
    [TestCase("data: {0}\n\r\ndata: {1}\r\n\n", TestName = "{m}(mixed line ends)")]
    [TestCase("\uFEFFdata: {0}\n\ndata: {1}\n\n", TestName = "{m}(byte order mark)")]
    [TestCase(": hello\n\ndata: {0}\n: ping\n\n:\n\ndata: {1}\n\n: bye\n\n", TestName = "{m}(comments)")]
    [TestCase("data:{0}\n\ndata:{1}\n\n", TestName = "{m}(no space)")]
    [TestCase("id: 1\nretry: 5\ndata: {0}\n\nevent: message\nid: 2\ndata: {1}\n\n", TestName = "{m}(id, retry and event)")]
    [TestCase("event: chunk\ndata: {0}\n\nevent: final\ndata: {1}\n\n", TestName = "{m}(named events)")]
    [TestCase("\n\n\ndata: {0}\n\n\n\n\ndata: {1}\n\n", TestName = "{m}(empty lines)")]
    [TestCase("data\n\ndata: {0}\n\ndata:\n\ndata: {1}\n\n", TestName = "{m}(events without data)")]
    [TestCase("event: ping\ndata: {{}}\n\ndata: {0}\n\nevent: meta\ndata: {{\"x\":1}}\n\ndata: {1}\n\n", TestName = "{m}(unknown events)")]
    [TestCase("data: {0}\n\ndata: {1}\n\ndata: [DONE]\n\n", TestName = "{m}(DONE)")]
    [TestCase("data: {0}\n\ndata: {1}\n\ndata: [DONE]\n\ndata: not json\n\n", TestName = "{m}(something after DONE)")]
    [TestCase("unknown: field\ndata: {0}\n\ndata: {1}\n\n", TestName = "{m}(unknown field)")]
    public async Task PredictStreamAsync_reads_every_legal_form(string form, CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync(string.Format(CultureInfo.InvariantCulture, form, First, Second));
        using var client = server.Client();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Text, Is.EqualTo("Grüße 👩‍🚀"));
            Assert.That(answer.Choices[0].FinishReason, Is.EqualTo(FinishReason.Stop));
        });
    }

    [Test]
    public async Task PredictStreamAsync_joins_the_lines_of_an_event(CancellationToken token)
    {
        await using var server = await FaultServer.StreamingAsync("data: {\"choices\":[{\"index\":0,\r\ndata: \"delta\":{\"content\":\"ok\"},\r\ndata:\"finish_reason\":\"stop\"}]}\r\n\r\n");
        using var client = server.Client();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("ok"));
    }

    [TestCase("\n")]
    [TestCase("\r")]
    [TestCase("\r\n")]
    public async Task PredictStreamAsync_split_in_two_at_any_byte_gives_the_same_text(string lineEnd, CancellationToken token)
    {
        var clock = new ObservedClock();
        var idle = TimeSpan.FromMinutes(7);
        var bytes = Encoding.UTF8.GetBytes($"\uFEFF: ping{lineEnd}{lineEnd}data: {First}{lineEnd}{lineEnd}data: {Second}{lineEnd}{lineEnd}");
        var firstIsRead = new SemaphoreSlim(0);
        await using var server = await FaultServer.StartAsync(async context =>
        {
            var at = int.Parse(context.Request.Path.Value!.Split('/')[2], CultureInfo.InvariantCulture);
            await context.BeginStreamAsync();
            await context.SendAsync(bytes.AsMemory(0, at));
            await firstIsRead.WaitAsync(context.RequestAborted);
            await context.SendAsync(bytes.AsMemory(at));
        });
        using var client = server.Client(new() { TimeProvider = clock, StreamIdleTimeout = idle });
        var texts = new List<string>();

        for (var at = 1; at < bytes.Length; at++)
        {
            var starts = clock.StartsOf(idle);
            var call = client.PredictStreamAsync(at.ToString(CultureInfo.InvariantCulture), new ChatRequest("x"), token).ToChatResponseAsync(token);
            await clock.StartsAgainAsync(idle, starts, token);
            firstIsRead.Release();
            texts.Add((await call).Text);
        }

        Assert.That(texts, Is.EqualTo(Enumerable.Repeat("Grüße 👩‍🚀", bytes.Length - 1)));
    }

    [Test]
    public async Task PredictStreamAsync_byte_by_byte_gives_the_same_text(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(async context =>
        {
            await context.BeginStreamAsync();
            foreach (var one in Encoding.UTF8.GetBytes($"data: {First}\r\n\r\ndata: {Second}\r\n\r\n"))
            {
                await context.SendAsync(new[] { one });
            }
        });
        using var client = server.Client();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("Grüße 👩‍🚀"));
    }

    [TestCase("text/event-stream; charset=utf-8")]
    [TestCase("Text/Event-Stream")]
    [TestCase("text/plain")]
    [TestCase("application/octet-stream")]
    public async Task PredictStreamAsync_takes_events_of_any_content_type(string contentType, CancellationToken token)
    {
        await using var server = await FaultServer.AnsweringAsync($"data: {Second}\n\n", contentType);
        using var client = server.Client();

        var answer = await client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);

        Assert.That(answer.Text, Is.EqualTo("👩‍🚀"));
    }
}
