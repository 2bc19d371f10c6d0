using System.Net;
using System.Text;
using CsCheck;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class UpstreamStreamTests
{
    private const string Body = """{"messages":[{"role":"user","content":"x"}],"stream":true}""";
    private const string Text = """data: {"id":"i","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Grüße 🌍"}}]}""";
    private const string End = """data: {"id":"i","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private const string TextOut =
        """data: {"id":"i","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Grüße 🌍","role":null,"tool_calls":null},""" +
        "\"" + """finish_reason":null}],"object":"chat.completion.chunk","usage":null,"provider":"openai"}""";

    private const string EndOut =
        """data: {"id":"i","created":1,"model":"m","choices":[{"index":0,"delta":{"role":null,"content":null,"tool_calls":null},""" +
        "\"" + """finish_reason":"stop"}],"object":"chat.completion.chunk","usage":null,"provider":"openai"}""";

    private const string Whole = $"{TextOut}\n\n{EndOut}\n\ndata: [DONE]\n\n";

    [TestCase($"{Text}\n\n{End}\n\ndata: [DONE]\n\n", TestName = "Stream_of_the_usual_form_passes")]
    [TestCase($"{Text}\n\n{End}\n\n", TestName = "Stream_without_end_mark_passes")]
    [TestCase("data: {\"error\":null," + "\"id\":\"i\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüße 🌍\"}}]}" + $"\n\n{End}\n\n", TestName = "Stream_with_an_error_of_null_passes")]
    [TestCase($"{Text}\n\n{End}", TestName = "Stream_without_its_last_empty_line_passes")]
    [TestCase($"{Text}\r\n\r\n{End}\r\n\r\ndata: [DONE]\r\n\r\n", TestName = "Stream_with_CRLF_passes")]
    [TestCase($": ping\n\nevent: x\nid: 1\nretry: 5\n{Text}\n\ndata: oops\n\n{End}\n\n", TestName = "Stream_with_noise_passes")]
    [TestCase($"\uFEFF{Text}\n\n{End}\n\n", TestName = "Stream_with_a_byte_order_mark_passes")]
    public async Task Stream_passes(string upstreamText)
    {
        (HttpStatusCode status, string text) = await PlayAsync(Encoding.UTF8.GetBytes(upstreamText));

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(text, Is.EqualTo(Whole));
    }

    [Test]
    public async Task Stream_with_data_in_several_lines_passes()
    {
        (_, string text) = await PlayAsync(Encoding.UTF8.GetBytes(
            $"{Text.Replace(",\"model\"", ",\ndata: \"model\"", StringComparison.Ordinal)}\n\n{End.Replace("data: ", "data:", StringComparison.Ordinal)}\n\n"));

        Assert.That(text, Is.EqualTo(Whole));
    }

    [Test]
    public async Task Stream_passes_wherever_its_packets_are_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"{Text}\r\n\r\n{End}\r\n\r\ndata: [DONE]\r\n\r\n");

        await Gen.Int[1, bytes.Length - 1].Select(Gen.Int[1, bytes.Length - 1]).SampleAsync(
            async cuts =>
            {
                (int first, int second) = (Math.Min(cuts.Item1, cuts.Item2), Math.Max(cuts.Item1, cuts.Item2));
                (_, string text) = await PlayAsync(bytes[..first], bytes[first..second], bytes[second..]);
                return text == Whole;
            },
            iter: 25,
            threads: 1);
    }

    [TestCase($"{Text}\n\n", "broke off")]
    [TestCase($"{Text}\n\ndata: {{\"id\":\"i\",", "broke off")]
    [TestCase($"{Text}\n\ndata: {{\"error\":{{\"message\":\"had an error\",\"type\":\"server_error\"}}}}\n\n", "had an error\",\"type\":\"server_error\"")]
    [TestCase($"{Text}\n\ndata: {{\"error\":{{\"message\":\"boom\"}},\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"\"}},\"finish_reason\":\"error\"}}]}}\n\n", "reported an error: boom\"")]
    [TestCase($"{Text}\n\ndata: {{\"choices\":5}}\n\n", "'choices' is not a list")]
    [TestCase($"{Text}\n\nevent: error\ndata: {{\"message\":\"boom\",\"type\":\"odd\"}}\n\n", "boom\",\"type\":\"odd\"")]
    [TestCase($"{Text}\n\nevent: error\ndata: {{\"error\":{{\"message\":\"boom\"}}}}\n\n", "reported an error: boom\"")]
    [TestCase($"{Text}\n\nevent: error\ndata: {{\"code\":7}}\n\n", "{\\\"code\\\":7}")]
    [TestCase($"{Text}\n\nevent: error\ndata: plain boom\n\n", "reported an error: plain boom\"")]
    public async Task Stream_that_fails_ends_with_an_error_event(string upstreamText, string words)
    {
        (HttpStatusCode status, string text) = await PlayAsync(Encoding.UTF8.GetBytes(upstreamText));

        Assert.Multiple(() =>
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(text, Does.StartWith($"{TextOut}\n\ndata: {{\"error\":{{\"message\":"));
            Assert.That(text, Does.Contain(words).And.EndsWith("}}\n\n"));
        });
    }

    [TestCase("", "broke off")]
    [TestCase("data: {\"error\":{\"message\":\"had an error\"}}\n\n", "had an error")]
    [TestCase("event: error\ndata: plain boom\n\n", "plain boom")]
    public async Task Stream_that_fails_before_its_first_event_is_a_bad_gateway(string upstreamText, string words)
    {
        (HttpStatusCode status, string text) = await PlayAsync(Encoding.UTF8.GetBytes(upstreamText));

        Assert.That(status, Is.EqualTo(HttpStatusCode.BadGateway));
        Assert.That(text, Does.StartWith("{\"detail\":").And.Contain(words));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Stream_event_is_sent_on_before_the_next_one_comes(CancellationToken cancellationToken)
    {
        var gate = new TaskCompletionSource();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{Text}\n\n"), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            await gate.Task;
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{End}\n\n"), cancellationToken);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/gateway/chat/invocations")
        {
            Content = new StringContent(Body, Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));

        string? first = await reader.ReadLineAsync(cancellationToken);
        gate.SetResult();
        string rest = await reader.ReadToEndAsync(cancellationToken);

        Assert.That(first, Is.EqualTo(TextOut));
        Assert.That(rest, Does.EndWith("data: [DONE]\n\n"));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Silence_in_the_middle_of_a_stream_ends_it_with_an_error_event(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{Text}\n\n"), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await using TestGateway gateway = await TestGateway.StartAsync(upstream, new GatewayOptions { UpstreamTimeout = TimeSpan.FromMilliseconds(300) });

        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body, cancellationToken);

        Assert.That(await response.Content.ReadAsStringAsync(cancellationToken), Does.StartWith(TextOut).And.Contain("\"type\":\"timeout\""));
    }

    private static async Task<(HttpStatusCode Status, string Text)> PlayAsync(params byte[][] pieces)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartStreamAsync(pieces);
        await using TestGateway gateway = await TestGateway.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/gateway/chat/invocations", Body);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
